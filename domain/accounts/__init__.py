"""People: users, their chats, invites, sessions, failed log-ins."""
