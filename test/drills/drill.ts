/** A drill: something breaks under a merchant's load, is mended, and everything is counted. */
import { drain } from './drain.ts'
import type { Audit } from './audit.ts'
import { startWorld } from './world.ts'
import type { World } from './world.ts'

type Size = (count: number) => number

interface Named {
  /** For `--only`. */
  readonly name: string
  /** What breaks, in one line. */
  readonly title: string
}

/** Breaks things on a stack of its own and mends them again. */
export interface StackDrill extends Named {
  /** @param size multiplies the load */
  readonly run: (world: World, size: Size) => Promise<void>
}

/** Needs another stage than the stack, and counts for itself. */
export interface LoneDrill extends Named {
  readonly alone: (size: Size) => Promise<Findings>
}

export type Drill = StackDrill | LoneDrill

export interface Findings {
  readonly notes: readonly string[]
  /** What went wrong, a line each. */
  readonly problems: readonly string[]
}

export interface DrillResult extends Findings {
  readonly drill: Drill
  /** Of a drill on a stack. */
  readonly audit?: Audit
  /** Runs of the sweep after the fault was over. */
  readonly sweeps?: number
  readonly seconds: number
}

export interface DrillOptions {
  /** Directory of the cloud assembly to run. */
  readonly assembly: string
  /** Multiplies the load; at least one of everything remains. */
  readonly scale: number
}

export async function runDrill(drill: Drill, { assembly, scale }: DrillOptions): Promise<DrillResult> {
  const started = performance.now()
  const size: Size = (count) => Math.max(1, Math.round(count * scale))
  const found = 'alone' in drill ? await drill.alone(size) : await runOnStack(drill, { assembly, size })
  return { drill, ...found, seconds: (performance.now() - started) / 1000 }
}

async function runOnStack(
  drill: StackDrill,
  { assembly, size }: { readonly assembly: string; readonly size: Size },
): Promise<Counted> {
  const world = await startWorld(assembly)
  try {
    return await runOnWorld(drill, { world, size })
  } finally {
    await world.stop()
  }
}

interface Counted extends Findings {
  readonly audit: Audit
  readonly sweeps: number
}

/** Of a world that served other drills before, their orders are counted again. */
export async function runOnWorld(
  drill: StackDrill,
  { world, size }: { readonly world: World; readonly size: Size },
): Promise<Counted> {
  await drill.run(world, size)
  const { result: audit, sweeps } = await drain(world)
  return { audit, sweeps, notes: world.notes, problems: problemsOf(audit) }
}

function problemsOf({ lost, doubled, stuck, agree }: Audit): readonly string[] {
  return [
    ...lost.map((line) => `lost: ${line}`),
    ...doubled.map((line) => `doubled: ${line}`),
    ...stuck.map((line) => `stuck: ${line}`),
    ...(agree ? [] : ['the three counts differ']),
  ]
}
