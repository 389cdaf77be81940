"""The admin's side of the chat: a door that lets nobody else in, and the rooms behind it."""
