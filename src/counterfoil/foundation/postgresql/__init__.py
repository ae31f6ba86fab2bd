"""Django's back end for PostgreSQL, with fewer words between the two."""
