/** The console of a simulator that runs alone: its orders, faults, clock and wire, and what it sent. */
import type { About } from '#console/contract.ts'
import type { ControlClient } from '#simulator/control-client.ts'
import { PortError } from '#simulator/listen.ts'
import { deliveryRoutes } from './delivery-routes.ts'
import { explainSimulator } from './explain-simulator.ts'
import { readPageFiles } from './page-files.ts'
import { startConsole } from './server.ts'
import type { ConsoleServer } from './server.ts'
import { simulatorRoutes } from './simulator-routes.ts'

const USUAL_PORT = 8904

export interface SimulatorConsoleOptions {
  readonly port: number | 'usual'
  readonly control: ControlClient
  readonly controlUrl: string
  readonly mchid: string
  readonly version: string
}

/** Whoever is at this machine can use the control API as it is, so that there is nothing here to guard. @throws PortError */
export async function startSimulatorConsole(options: SimulatorConsoleOptions): Promise<ConsoleServer> {
  const { port, control, controlUrl, mchid, version } = options
  const about = (): About => ({
    place: 'simulator',
    stage: 'simulator',
    mchid,
    write: true,
    pages: ['simulator', 'notifications'],
    languages: ['en', 'zh-CN'],
    version,
    now: new Date().toISOString(),
  })
  const rest = {
    page: await readPageFiles(),
    write: true,
    guarded: false,
    explain: explainSimulator,
    routes: { 'GET /about': about, ...simulatorRoutes({ control, controlUrl }), ...deliveryRoutes(control) },
  }
  if (port !== 'usual') return startConsole({ ...rest, port })
  // Another simulator may run beside this one, and nobody asked for this port.
  return startConsole({ ...rest, port: USUAL_PORT }).catch((error: unknown) => {
    if (error instanceof PortError) return startConsole({ ...rest, port: 0 })
    throw error
  })
}
