/** What a drawn story needs of a payment channel: its own books of one order, written apart from the ledger, and how they are told. */
import type { Clock } from '#shared/clock.ts'
import type { Books } from '#shared/ledger/books.ts'
import type { ToldState } from '#shared/ledger/words.ts'
import type { Prng } from '#test/simulation/prng.ts'
import type { Telling } from './tellings.ts'

export interface RefundThere {
  readonly number: string
  readonly amount: number
  readonly state: ToldState
}

export interface Sent {
  readonly number: string
  readonly amount: number
}

/** `refused`: for certain. `unknown`: the answer is lost, or says nothing. */
export type Answer = 'refused' | 'unknown' | readonly Telling[]

export interface ChannelSide {
  /** The order as it is before the channel told anything of it. */
  readonly asked: Books
  readonly refunds: readonly RefundThere[]
  /** What can still be refunded; a channel gives back no more than it took. */
  readonly available: number
  readonly isPaid: boolean
  /** Refunds that got there long after they were sent: nobody could know. */
  readonly late: ReadonlySet<string>
  send(sent: Sent): Promise<Answer>
  /** @returns nothing when it does not know the refund, or not yet. */
  query(number: string): Promise<readonly Telling[]>
  /** One of the tellings on their way arrives, or is lost and comes again. */
  hear(): Promise<readonly Telling[]>
  /** Whether some are on their way. */
  readonly tells: boolean
  /** What the channel and people at it do; what they tell is on its way from then on. */
  readonly steps: ReadonlyArray<() => Promise<readonly Telling[] | void> | void>
  /** Sends that got stuck on their way arrive after all. */
  arriveLate(): Promise<void>
  /** Everything comes to its end. @returns what we learn by asking */
  finish(): Promise<readonly Telling[]>
}

export type CreateSide = (prng: Prng, clock: Clock) => ChannelSide
