"""The screens: one folder a family; each handler parses, makes one service call and shows a screen."""
