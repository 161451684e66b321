/** The console beside a stack: of the stack on this machine, or of a deployed one with the operator's own credentials. */
import type { About } from '#console/contract.ts'
import { readPageFiles } from '#console/server/page-files.ts'
import type { PageFiles } from '#console/server/page-files.ts'
import type { Routes } from '#console/server/routes.ts'
import { startConsole } from '#console/server/server.ts'
import type { ConsoleServer } from '#console/server/server.ts'
import { simulatorRoutes } from '#console/server/simulator-routes.ts'
import { accountOf, accountsOf } from '#cli/stack/accounts.ts'
import type { StackAccess } from '#cli/stack/stack-access.ts'
import type { World } from '#cli/terminal/world.ts'
import { createControlClient } from '#simulator/control-client.ts'
import { chartRoutes } from './chart-routes.ts'
import { dayRoutes } from './day-routes.ts'
import { apiOf } from './desk.ts'
import type { Desk } from './desk.ts'
import { explainDesk } from './explain.ts'
import { healthRoutes } from './health-routes.ts'
import { notificationRoutes } from './notification-routes.ts'
import { orderRoutes } from './order-routes.ts'
import { refundRoutes } from './refund-routes.ts'
import manifest from '../../package.json' with { type: 'json' }

export interface DeskOptions {
  /** 0: any free one. */
  readonly port: number
  readonly write: boolean
  /** @default the page as it was built */
  readonly page?: PageFiles
}

/** @throws PortError */
export async function openDesk(
  world: World,
  stack: StackAccess,
  { port, write, page }: DeskOptions,
): Promise<ConsoleServer> {
  const controlUrl = stack.local?.simulatorControlUrl
  const control = controlUrl === undefined ? undefined : createControlClient(controlUrl)
  const desk: Desk = { world, stack, api: apiOf(stack), control }
  return startConsole({
    port,
    page: page ?? (await readPageFiles()),
    write,
    // What a stack on this machine holds is nobody's money; a deployed one is reached with the operator's rights.
    guarded: stack.local === undefined,
    explain: explainDesk,
    routes: {
      'GET /about': () => aboutOf(desk, write),
      ...orderRoutes(desk),
      ...refundRoutes(desk),
      ...dayRoutes(desk),
      ...healthRoutes(desk),
      ...notificationRoutes(desk),
      ...chartRoutes(desk),
      ...(control === undefined || controlUrl === undefined ? {} : simulatorRoutes({ control, controlUrl })),
    } satisfies Routes,
  })
}

const PAGES = ['orders', 'refunds', 'notifications', 'reconciliation', 'health', 'charts'] as const

function aboutOf({ world, stack, control }: Desk, write: boolean): About {
  return {
    place: stack.local === undefined ? 'deployed' : 'local',
    stage: stack.name,
    mchid: accountOf(stack).mchid,
    providers: accountsOf(stack).map(({ provider }) => provider),
    region: stack.region,
    write,
    pages: [...PAGES, ...(control === undefined ? [] : (['simulator'] as const))],
    languages: ['en', 'zh-CN'],
    version: manifest.version,
    now: new Date(world.clock.now()).toISOString(),
  }
}
