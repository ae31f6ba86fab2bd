"""What the business sells, and the documents of a sale."""

from .credit_notes import CreditNote as CreditNote
from .credit_notes import CreditNoteLine as CreditNoteLine
from .credit_notes import CreditNoteQuerySet as CreditNoteQuerySet
from .credit_notes import CreditNoteRefund as CreditNoteRefund
from .credit_notes import CreditNoteRevision as CreditNoteRevision
from .documents import DiscountKind as DiscountKind
from .documents import DocumentLine as DocumentLine
from .documents import DocumentQuerySet as DocumentQuerySet
from .documents import DocumentRevision as DocumentRevision
from .documents import SalesDocument as SalesDocument
from .invoices import OPENING_BALANCE as OPENING_BALANCE
from .invoices import Invoice as Invoice
from .invoices import InvoiceLine as InvoiceLine
from .invoices import InvoiceQuerySet as InvoiceQuerySet
from .invoices import InvoiceRevision as InvoiceRevision
from .items import Item as Item
from .links import DocumentLink as DocumentLink
from .quotes import NEVER as NEVER
from .quotes import Quote as Quote
from .quotes import QuoteLine as QuoteLine
from .quotes import QuoteQuerySet as QuoteQuerySet
from .quotes import QuoteRevision as QuoteRevision
from .sales_orders import SalesOrder as SalesOrder
from .sales_orders import SalesOrderLine as SalesOrderLine
from .sales_orders import SalesOrderQuerySet as SalesOrderQuerySet
from .sales_orders import SalesOrderRevision as SalesOrderRevision
