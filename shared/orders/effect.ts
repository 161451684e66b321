/** What applying one fact came to. */
import type { HoldReason, Order } from './order.ts'

/** What a fact changes: the changed order, or why it changes nothing. */
export type Effect =
  | { readonly result: 'applied'; readonly order: Order; readonly paid_after_close?: boolean }
  | { readonly result: 'stale' }
  | { readonly result: 'held'; readonly reason: HoldReason }
