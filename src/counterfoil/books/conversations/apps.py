from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "counterfoil.books.conversations"
    label = "conversations"
