from django.urls import path, register_converter

from counterfoil.design import views

app_name = "design"


class Digest:
    regex = "[0-9a-f]{16}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Colour(Digest):
    regex = "[0-9a-f]{6}"


class Shell(Digest):
    regex = "portal|office"


register_converter(Digest, "digest")
register_converter(Colour, "colour")
register_converter(Shell, "shell")

urlpatterns = [
    path("look/<digest:digest>.css", views.sheet, name="sheet"),
    path("brand/<colour:colour>.css", views.brand, name="brand"),
    path("gallery/", views.gallery, name="gallery"),
    path("gallery/<shell:shell>/", views.gallery, name="gallery-shell"),
]
