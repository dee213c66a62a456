"""Documents that are made when they are sent: their bytes are never stored."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from uuid import UUID

from domain.access import SYSTEM
from domain.pay.invoice_pdf import render_invoice
from domain.pay.invoices import InvoiceQueries

if TYPE_CHECKING:
    from bot.database.transactions import Transactions


class InvoiceDocuments:
    """Makes invoices as PDF. Whoever put one on a screen was allowed to: a notice's view, or a use case before it."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._threads = ThreadPoolExecutor(os.cpu_count(), "documents")
        """For documents only: those of `asyncio.to_thread` may be busy with passwords."""

    async def invoice_pdf(self, invoice_id: UUID) -> bytes:
        async with self._transactions.reading() as session:
            queries = InvoiceQueries(self._transactions.reading_unit(session))
            invoice = await queries.invoice(invoice_id, actor=SYSTEM)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, render_invoice, invoice, self._transactions.organization)
