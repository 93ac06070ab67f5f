"""The journal writes down what was asked, answered and said of it. Whoever calls it has decided who may read."""

from homespun.journal.demonstrations import WantingPage
from homespun.journal.followed import Followed
from homespun.journal.journal import Journal
from homespun.journal.overheard import Overheard
from homespun.journal.said import Said, replayed
from homespun.journal.sharing import Sharing, Unshared
from homespun.journal.spool import Spool
from homespun.journal.turns import Draft
from homespun.journal.values import (
    Answer,
    Choice,
    Closing,
    Comparison,
    Conversation,
    ConversationPage,
    ConversationTree,
    FeedbackEntry,
    FeedbackKind,
    FeedbackState,
    InProject,
    JsonValue,
    NewTurn,
    Shelf,
    Shelves,
    SideBySide,
    Signalled,
    Thumb,
    Turn,
    TurnState,
)

__all__ = [
    "Answer",
    "Choice",
    "Closing",
    "Comparison",
    "Conversation",
    "ConversationPage",
    "ConversationTree",
    "Draft",
    "FeedbackEntry",
    "FeedbackKind",
    "FeedbackState",
    "Followed",
    "InProject",
    "Journal",
    "JsonValue",
    "NewTurn",
    "Overheard",
    "Said",
    "Sharing",
    "Shelf",
    "Shelves",
    "SideBySide",
    "Signalled",
    "Spool",
    "Thumb",
    "Turn",
    "TurnState",
    "Unshared",
    "WantingPage",
    "replayed",
]
