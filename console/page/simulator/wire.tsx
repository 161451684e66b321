/** What WeChat got and sent, line by line as it happens. */
import { useEffect, useState } from 'preact/hooks'
import type { Listing } from '#console/contract.ts'
import type { WireLine } from '#console/contract-simulator.ts'
import { get } from '../api.ts'
import { clockTime, duration } from '../format.ts'
import { useTexts } from '../language.tsx'
import { Chip, type Tone } from '../parts/basics.tsx'
import { wordFor } from '../texts/texts.ts'

/** More than anybody reads, and less than a browser minds. */
const MAX_LINES = 200

export function Wire() {
  const texts = useTexts()
  const words = texts.simulator
  const [isPaused, setPaused] = useState(false)
  const { lines, isLost } = useWire(isPaused)
  const state = isPaused ? words.paused : isLost ? words.lost : words.live
  return (
    <section class="wire">
      <div class="section-head">
        <h2>{words.wire}</h2>
        <Chip tone={isLost ? 'bad' : isPaused ? 'calm' : 'good'}>{state}</Chip>
        <button
          type="button"
          class="quiet small"
          aria-pressed={isPaused}
          onClick={() => setPaused(!isPaused)}
        >
          {isPaused ? words.resume : words.pause}
        </button>
      </div>
      <p class="faint">{words.aboutWire}</p>
      {lines.length === 0 && <p class="empty">{words.quiet}</p>}
      <ol tabIndex={0} aria-label={words.wire}>
        {lines.map((line) => (
          <Line key={line.id} line={line} />
        ))}
      </ol>
    </section>
  )
}

function Line({ line }: { readonly line: WireLine }) {
  const texts = useTexts()
  const words = texts.simulator
  const { at, direction, method, url, status, code, reason, event_type: event, faults } = line
  return (
    <li class={direction}>
      <time dateTime={at}>{clockTime(at)}</time>
      <span class="direction">
        <span aria-hidden="true">{direction === 'in' ? '→' : '←'}</span>{' '}
        {direction === 'in' ? words.wireIn : words.wireOut}
      </span>
      <Chip tone={toneOf(line)}>{status ?? wordFor(words.verdict, line.verdict)}</Chip>
      <span class="what">
        <code>
          {method} {url}
        </code>
        <span class="below">
          {[
            event,
            line.out_trade_no,
            line.out_refund_no,
            duration(line.duration_ms / 1000, texts.units),
            code,
            ...faults.map((fault) => wordFor(words.fault, fault)),
          ]
            .filter((part) => part !== undefined)
            .join(' · ')}
        </span>
        {reason !== undefined && <span class="below reason">{reason}</span>}
      </span>
    </li>
  )
}

function toneOf({ verdict, status = 0 }: WireLine): Tone {
  if (verdict === 'ok') return 'good'
  return status >= 500 || status === 0 ? 'warn' : 'bad'
}

interface OnTheWire {
  readonly lines: readonly WireLine[]
  readonly isLost: boolean
}

/** The last lines, and each new one before them. The browser comes back by itself to a stream that ends. */
function useWire(isPaused: boolean): OnTheWire {
  const [lines, setLines] = useState<readonly WireLine[]>([])
  const [isLost, setLost] = useState(false)
  useEffect(() => {
    if (isPaused) return undefined
    const add = (added: readonly WireLine[]) => setLines((known) => merged(known, added))
    const stream = new EventSource(new URL('api/simulator/wire/stream', document.baseURI))
    stream.addEventListener('open', () => {
      setLost(false)
      // What happened before the stream began, or while nobody listened.
      get<Listing<WireLine>>('simulator/wire').then(
        ({ entries }) => add(entries),
        () => setLost(true),
      )
    })
    stream.addEventListener('error', () => setLost(true))
    stream.addEventListener('line', ({ data }: MessageEvent<string>) => {
      const line: WireLine = JSON.parse(data)
      add([line])
    })
    return () => stream.close()
  }, [isPaused])
  return { lines, isLost }
}

/** Each line once, newest first. */
function merged(known: readonly WireLine[], added: readonly WireLine[]): readonly WireLine[] {
  const all = new Map([...added, ...known].map((line) => [line.id, line]))
  return [...all.values()].toSorted((a, b) => b.at.localeCompare(a.at)).slice(0, MAX_LINES)
}
