"""The machine-readable invoice inside the PDF: Factur-X, which is ZUGFeRD, in the profile EN 16931."""
