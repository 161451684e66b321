/** The keys with the days that are left of each. */
import type { Health } from '#console/contract-watch.ts'
import { useTexts } from '../language.tsx'
import { At, Chip, Code } from '../parts/basics.tsx'
import { Table } from '../parts/table.tsx'

/** WeChat's certificates are good for five years; a month before the end is when somebody has to act. */
const SOON_DAYS = 30

type Key = Health['keys'][number]

export function Keys({ keys }: { readonly keys: readonly Key[] }) {
  const texts = useTexts()
  const words = texts.health
  return (
    <Table
      name={words.keys}
      rows={keys}
      keyOf={({ kind, serial }) => `${kind} ${serial}`}
      columns={[
        { name: words.key, show: ({ kind }) => texts.states.key[kind] },
        { name: words.serial, show: ({ serial }) => <Code>{serial}</Code> },
        { name: words.expires, show: (key) => <Expiry of={key} /> },
      ]}
    />
  )
}

function Expiry({ of: { expires_at: at, days_left: days } }: { readonly of: Key }) {
  const { health } = useTexts()
  if (at === undefined) return <span class="faint">{health.never}</span>
  return (
    <>
      <At time={at} />{' '}
      {days !== undefined && <Chip tone={days > SOON_DAYS ? 'good' : 'bad'}>{health.daysLeft(days)}</Chip>}
    </>
  )
}
