"""What of the dialogue the model is shown: a sliding window by tokens (V18)."""

from livekit.agents import llm

_HISTORY_TOKENS = 6000  # V18: 4,000 to 8,000
_LETTERS_PER_TOKEN = 4  # rule of thumb for English


def within_budget(context: llm.ChatContext, *, tokens: int = _HISTORY_TOKENS) -> llm.ChatContext:
    """A copy with instructions and the newest turns; it never begins with a tool's answer.

    The last tool results always stay: they are the newest items, or follow the newest turn.
    """
    items = list(context.items)
    head = [item for item in items if _is_instruction(item)]
    talk = [item for item in items if not _is_instruction(item)]
    kept, left = 0, tokens * _LETTERS_PER_TOKEN
    for item in reversed(talk):
        left -= _letters(item)
        if left < 0 and kept:
            break
        kept += 1
    recent = talk[len(talk) - kept :]
    while recent and not _begins_a_turn(recent[0]):
        recent.pop(0)
    return llm.ChatContext([*head, *(recent or talk[-1:])])


def with_knowledge(context: llm.ChatContext, block: str) -> None:
    """Put `block` before the caller's last words in `context`, which must be a copy."""
    for index in range(len(context.items) - 1, -1, -1):
        item = context.items[index]
        if isinstance(item, llm.ChatMessage) and item.role == "user":
            context.items[index] = item.model_copy(update={"content": [block, *item.content]})
            return


def last_words(context: llm.ChatContext) -> str:
    """What the caller said last."""
    for item in reversed(context.items):
        if isinstance(item, llm.ChatMessage) and item.role == "user":
            return item.text_content or ""
    return ""


def _is_instruction(item: llm.ChatItem) -> bool:
    return isinstance(item, llm.ChatMessage) and item.role in {"system", "developer"}


def _begins_a_turn(item: llm.ChatItem) -> bool:
    return isinstance(item, llm.ChatMessage) and item.role == "user"


def _letters(item: llm.ChatItem) -> int:
    match item:
        case llm.ChatMessage():
            return len(item.text_content or "")
        case llm.FunctionCall():
            return len(item.arguments) + len(item.name)
        case llm.FunctionCallOutput():
            return len(item.output)
        case _:
            return 0
