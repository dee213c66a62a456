"""The Bot API's methods, by name."""

from collections.abc import Awaitable, Callable
from typing import Any

from playground.methods import answers, chats, editing, media, profile, receiving, sending
from playground.methods.call import Call, Done
from playground.methods.known import KNOWN_METHODS

Handler = Callable[[Call], Awaitable[Any]]

METHODS: dict[str, Handler] = {
    "answerCallbackQuery": answers.answer_callback_query,
    "answerInlineQuery": answers.answer_inline_query,
    "close": profile.close,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "deleteMyCommands": profile.delete_my_commands,
    "deleteWebhook": receiving.delete_webhook,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageMedia": editing.edit_message_media,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "editMessageText": editing.edit_message_text,
    "getChat": chats.get_chat,
    "getChatMenuButton": profile.get_chat_menu_button,
    "getFile": media.get_file,
    "getMe": profile.get_me,
    "getMyCommands": profile.get_my_commands,
    "getMyDescription": profile.getter("descriptions", "description"),
    "getMyName": profile.getter("names", "name"),
    "getMyShortDescription": profile.getter("short_descriptions", "short_description"),
    "getUpdates": receiving.get_updates,
    "getUserProfilePhotos": chats.get_user_profile_photos,
    "getWebhookInfo": receiving.get_webhook_info,
    "logOut": profile.log_out,
    "sendAnimation": media.sender("animation"),
    "sendAudio": media.sender("audio"),
    "sendChatAction": sending.send_chat_action,
    "sendDocument": media.sender("document"),
    "sendMediaGroup": media.send_media_group,
    "sendMessage": sending.send_message,
    "sendPhoto": media.sender("photo"),
    "sendVideo": media.sender("video"),
    "sendVoice": media.sender("voice"),
    "setChatMenuButton": profile.set_chat_menu_button,
    "setMyCommands": profile.set_my_commands,
    "setMyDescription": profile.setter("descriptions", "description", 512),
    "setMyName": profile.setter("names", "name", 64),
    "setMyShortDescription": profile.setter("short_descriptions", "short_description", 120),
}
"""All that is built but setWebhook, which needs the server itself."""

__all__ = ["KNOWN_METHODS", "METHODS", "Call", "Done", "Handler"]
