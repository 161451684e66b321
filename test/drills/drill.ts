/** A drill: something breaks under a merchant's load, is mended, and everything is counted. */
import { drain } from './drain.ts'
import type { Audit } from './audit.ts'
import { startWorld } from './world.ts'
import type { World } from './world.ts'

export interface Drill {
  /** For `--only`. */
  readonly name: string
  /** What breaks, in one line. */
  readonly title: string
  /** Breaks things and mends them again. @param size multiplies the load */
  readonly run: (world: World, size: (count: number) => number) => Promise<void>
}

export interface DrillResult {
  readonly drill: Drill
  readonly audit: Audit
  /** Runs of the sweep after the fault was over. */
  readonly sweeps: number
  readonly notes: readonly string[]
  readonly seconds: number
}

export interface DrillOptions {
  /** Directory of the cloud assembly to run. */
  readonly assembly: string
  /** Multiplies the load; at least one of everything remains. */
  readonly scale: number
}

/** Runs a drill on a stack of its own. */
export async function runDrill(drill: Drill, { assembly, scale }: DrillOptions): Promise<DrillResult> {
  const started = performance.now()
  const world = await startWorld(assembly)
  try {
    await drill.run(world, (count) => Math.max(1, Math.round(count * scale)))
    const { result, sweeps } = await drain(world)
    const seconds = (performance.now() - started) / 1000
    return { drill, audit: result, sweeps, notes: world.notes, seconds }
  } finally {
    await world.stop()
  }
}
