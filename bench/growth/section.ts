/** What docs/performance.md tells of growth. */
import type { Figure, Section } from '../suite/figure.ts'

export function growthSection(figures: readonly Figure[], engine: string): Section {
  return { title: 'Growth', about: [about(engine), UNITS], figures, notes: [LEFT] }
}

const about = (
  engine: string,
) => `Two engines (${engine}) hold a thousand and a million paid orders, with all indexes. The operations run against both in turns: a
notification until its payment is settled, a query, a refund until its success is settled, each on an order of its own, and the first page
of the list of the day on which all of them were paid. The processor time is that of the operations with the AWS SDK, and that of the engine.`

const UNITS = `Units are those that DynamoDB would bill, counted where the requests leave the client. Orders are stored in form 3. The refunds of the full
order have numbers of 64 characters without a pattern, 50 of them succeeded, and WeChat refused the others.`

const LEFT = `No request reads more than one order or a page of an index, whatever is stored. What could grow is the work of the engine, which
therefore has the target; the time without it is that of one process for both sides, and scatters with its garbage collection.`
