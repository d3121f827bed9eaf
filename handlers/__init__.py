"""Telegram in, Telegram out: parse, one service call, render."""

from aiogram import Router

from handlers import (
    access,
    answers,
    ask,
    choosing,
    complaining,
    conversations,
    detox,
    errors,
    inline,
    live_chats,
    membership,
    memory,
    moderation,
    moderation_cases,
    moderation_panel,
    onboarding,
    own_data,
    quiz,
    reports,
    retraining,
    settings,
    sources,
    sources_adding,
    stopping,
    strangers,
)


def build_router() -> Router:
    """Put the handlers into their order: the first that takes an update has it."""
    root = Router(name="samovar")
    root.include_routers(
        errors.build_router(),
        # Every group message passes here first, whoever wrote it and whatever runs for them.
        moderation.build_router(),
        membership.build_router(),
        live_chats.build_hearing_router(),
        # What nobody may be kept from: stopping, links that let people in, their own data.
        inline.build_router(),
        quiz.build_answers_router(),
        stopping.build_router(),
        onboarding.build_router(),
        own_data.build_router(),
        live_chats.build_consent_router(),
        moderation_cases.build_router(),
        strangers.build_router(),
        # From here on everybody is let in.
        onboarding.build_greeting_router(),
        settings.build_router(),
        access.build_router(),
        reports.build_router(),
        retraining.build_router(),
        quiz.build_router(),
        live_chats.build_switch_router(),
        moderation_panel.build_router(),
        sources.build_router(),
        sources_adding.build_router(),
        conversations.build_router(),
        detox.build_router(),
        answers.build_router(),
        complaining.build_router(),
        choosing.build_router(),
        memory.build_router(),
        ask.build_router(),
    )
    return root
