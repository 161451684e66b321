/** How the stack is: the doctor's checks, what waits, the keys, and what was switched off. */
import type { ComponentChildren } from 'preact'
import type { Health, HealthCheck } from '#console/contract-watch.ts'
import { duration } from '../format.ts'
import { useTexts } from '../language.tsx'
import { useLoaded } from '../loaded.ts'
import { At, Chip, PageHead, Problem, Waiting } from '../parts/basics.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { LEVEL_TONE } from '../parts/tones.ts'
import type { Texts } from '../texts/texts.ts'
import { Keys } from './keys.tsx'

export function HealthPage() {
  const texts = useTexts()
  const { answer, problem, isLoading, reload } = useLoaded<Health>('health')
  return (
    <>
      <PageHead title={texts.health.title} isLoading={isLoading} reload={reload}>
        <span class="faint">{answer !== undefined && <At time={answer.at} />}</span>
      </PageHead>
      <Problem problem={problem} />
      {answer === undefined && <Waiting isLoading={isLoading} />}
      {answer !== undefined && <Everything health={answer} />}
    </>
  )
}

function Everything({ health }: { readonly health: Health }) {
  const texts = useTexts()
  const words = texts.health
  const { circuit } = health
  return (
    <>
      <div class="cards">
        <Card title={words.queues}>
          <Table
            name={words.queues}
            columns={queueColumns(texts)}
            rows={health.queues}
            keyOf={({ name }) => name}
          />
        </Card>
        <Card title={words.pendingFacts}>
          <Pending facts={health.pending_facts} />
        </Card>
        <Card title={words.circuit}>
          <p>
            {texts.states.circuit[circuit?.state ?? 'unknown']}{' '}
            {circuit?.since && <At time={circuit.since} />}
          </p>
        </Card>
        <Card title={words.switches}>
          <Switches switches={health.switches} />
        </Card>
      </div>
      <section>
        <h2>{words.keys}</h2>
        <Keys keys={health.keys} />
      </section>
      <section>
        <h2>{words.checks}</h2>
        <Verdict checks={health.checks} />
        <Checks checks={health.checks} />
      </section>
    </>
  )
}

function Card({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section class="card">
      <h2>{title}</h2>
      {children}
    </section>
  )
}

const Unasked = () => <p class="faint">{useTexts().health.unasked}</p>

function Pending({ facts }: { readonly facts: Health['pending_facts'] }) {
  const texts = useTexts()
  const { health } = texts
  if (facts === undefined) return <Unasked />
  if (facts.count === 0) return <p>{health.noPending}</p>
  const { oldest_seconds: oldest } = facts
  return (
    <p>
      {health.pending(facts.count, facts.more)}
      {oldest !== undefined && ` · ${health.oldest} ${duration(oldest, texts.units)}`}
    </p>
  )
}

function Switches({ switches }: { readonly switches: Health['switches'] }) {
  const texts = useTexts()
  if (switches === undefined) return <Unasked />
  return (
    <ul class="plain">
      {switches.map(({ name, on, by, note, since }) => (
        <li key={name}>
          {texts.states.switch[name]}{' '}
          <Chip tone={on ? 'warn' : 'calm'}>{on ? texts.health.on : texts.health.off}</Chip>
          {on && (
            <span class="below">
              {by} {since && <At time={since} />} {note && <q>{note}</q>}
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}

function Verdict({ checks }: { readonly checks: readonly HealthCheck[] }) {
  const { health } = useTexts()
  const count = (level: HealthCheck['level']) => checks.filter((check) => check.level === level).length
  const [fail, warn] = [count('fail'), count('warn')]
  return <p>{fail + warn === 0 ? health.fine : health.failing(fail, warn)}</p>
}

/** What is wrong stands first. */
function Checks({ checks }: { readonly checks: readonly HealthCheck[] }) {
  const texts = useTexts()
  const order: readonly HealthCheck['level'][] = ['fail', 'warn', 'ok']
  const sorted = checks.toSorted((a, b) => order.indexOf(a.level) - order.indexOf(b.level))
  return (
    <ul class="checks">
      {sorted.map(({ name, level, detail, remedy }, at) => (
        <li key={`${name} ${at}`}>
          <Chip tone={LEVEL_TONE[level]}>{texts.states.level[level]}</Chip>
          <div>
            <strong>{name}</strong>
            <p>{detail}</p>
            {remedy !== '' && <p class="remedy">{remedy}</p>}
          </div>
        </li>
      ))}
    </ul>
  )
}

const queueColumns = (texts: Texts): readonly Column<Health['queues'][number]>[] => [
  { name: texts.health.queue, show: ({ name }) => texts.states.queue[name] },
  { name: texts.health.waiting, isFigure: true, show: ({ waiting }) => waiting },
  {
    name: texts.health.oldest,
    isFigure: true,
    show: ({ oldest_seconds: oldest }) => (oldest === undefined ? texts.none : duration(oldest, texts.units)),
  },
]
