from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "counterfoil.books.projects"
    label = "projects"

    def ready(self) -> None:
        from counterfoil.books.sales import billed_time, origins

        from . import (
            billing,
            checks,  # noqa: F401  (registers what `verify` asks of time)
        )
        from .models import Approval, Project

        origins.SUBJECTS |= {Project.kind(): Project, Approval.kind(): Approval}
        billed_time.OBJECTIONS.append(billing.must_leave_room)
