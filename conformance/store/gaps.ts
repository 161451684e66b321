/** Where an engine differs from DynamoDB, seen by a test of the contract. One that is no longer seen has to leave this list. */
import { MINISTACK } from '../engines/ministack.ts'

export interface Gap {
  readonly engine: string
  /** The full name of the test, without the name of the engine. */
  readonly test: string
  readonly cause: string
}

export const GAPS: readonly Gap[] = [
  {
    engine: MINISTACK,
    test: 'is refused for one with a version that is no number, which is put off all the same',
    cause:
      'a sum with an attribute that is no number is a ValidationException of DynamoDB, and done by MiniStack',
  },
]
