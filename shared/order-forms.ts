/**
 * The forms in which an order is stored. A stage says which is written; all are read.
 *
 * - 1: the books, and beside them what the release before the books reads.
 * - 2: the books, and beside them what they come to, for whoever looks at the table.
 * - 3: as 2, with the books and the request in one packed attribute.
 */
export const ORDER_FORMS = [1, 2, 3] as const
export type OrderForm = (typeof ORDER_FORMS)[number]
