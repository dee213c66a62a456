"""The way of an update: poller or webhook, inbox, chat queues, processor."""
