/** When something happens, and where its numbers come from. */
import type { Ids } from './ids.ts'

export interface Moment {
  /** Epoch ms. */
  readonly now: number
  readonly ids: Ids
}
