from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "counterfoil.books.files"
    label = "files"
