"""The office's reports: what is owed, taxed, received and invoiced, each with CSV and print."""
