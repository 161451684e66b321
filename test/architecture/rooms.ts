/**
 * The rooms of the house and what each may import: an allow-list, so that what nobody thought of is refused as well.
 *
 * The order is that of the floors, the ground first. In `shared`, `infra` and `local` a room may only name rooms of its house that
 * stand before it here; `rules.ts` holds the table to that.
 */
import { below, folder, room } from './room.ts'
import type { Room } from './room.ts'
import { PURE, GROUND, DOMAIN, EXPLAIN, HTTP, CHANNEL, FLOWS, WORLD, SHARED } from './shared-rooms.ts'

const USED_BY_OPERATIONS = [...DOMAIN, ...CHANNEL, 'shared/api', ...FLOWS]

/** What wires an operation: its handler, and each part that the handler loads when it is needed. */
const WIRES = /^functions\/[^/]+\/(?:handler|[a-z-]+-part)\.ts$/

const FUNCTIONS: readonly Room[] = [
  room(
    'operation',
    'operation',
    USED_BY_OPERATIONS,
    PURE,
    (path) => below('functions')(path) && !WIRES.test(path),
  ),
  room(
    'handler',
    'handler',
    [...USED_BY_OPERATIONS, 'shared/alipay', ...WORLD, 'shared/lambda', 'operation'],
    PURE,
    (path) => WIRES.test(path),
  ),
]

const CDK = ['aws-cdk-lib', 'constructs', 'valibot']
const INFRA_FLOORS = [
  'infra/rules',
  'infra/channels',
  'infra/stage',
  'infra/operations',
  'infra/watch',
  'infra/constructs',
  'infra/library',
]

const INFRA: readonly Room[] = [
  room('infra/rules', 'infra', GROUND, CDK),
  // What each payment channel adds to a stage: the floors above know channels by its table alone.
  room('infra/channels', 'infra', [...GROUND, ...INFRA_FLOORS.slice(0, 1)], CDK),
  room('infra/stage', 'infra', [...GROUND, ...INFRA_FLOORS.slice(0, 2)], CDK),
  room('infra/operations', 'infra', [...GROUND, ...INFRA_FLOORS.slice(0, 3)], CDK),
  room('infra/watch', 'infra', [...GROUND, ...INFRA_FLOORS.slice(0, 4)], CDK),
  room('infra/constructs', 'infra', [...GROUND, ...INFRA_FLOORS.slice(0, 5)], CDK),
  room('infra/library', 'infra', [...GROUND, ...INFRA_FLOORS.slice(0, 6)], [...CDK, 'node:fs', 'node:path']),
  room('infra', 'infra', [...GROUND, ...INFRA_FLOORS], [...CDK, 'cdk-nag', 'esbuild', 'node:*']),
  // Bundles the functions as the stack does.
  room('infra/packaging', 'infra', ['release', 'infra', 'infra/channels'], ['esbuild', 'node:*']),
]

const ALIPAY_USES = [...GROUND, 'shared/crypto', 'shared/alipay']

const OUTSIDE_SHARED: readonly Room[] = [
  // Makes packages of files, whatever is in them.
  room('release', 'release', [], ['esbuild', 'node:*']),
  room(
    'simulator',
    'simulator',
    [...GROUND, 'shared/crypto', ...CHANNEL, EXPLAIN, 'simulator/alipay', 'console/server'],
    ['valibot', 'node-forge', 'node:*'],
  ),
  // Beside WeChat Pay, with its time, its ports and its control API.
  room('simulator/alipay', 'simulator', [...ALIPAY_USES, 'simulator'], ['valibot', 'node:*']),
  room('simulator/packaging', 'simulator', ['release'], []),
  // Documents made of the schemas. Functions never import it, so that nothing of it is in their bundles.
  room(
    'contract',
    'client',
    [...DOMAIN, 'shared/api', 'operation'],
    ['valibot', '@valibot/to-json-schema', 'node:fs', 'node:path'],
  ),
  // For tests and the demo.
  room('contract/check', 'client', ['contract'], ['ajv', 'ajv/*', 'node:fs', 'node:path']),
  room('client/contract', 'client', [], []),
  room('client', 'client', ['shared', 'shared/api', 'contract', 'client/contract'], ['valibot', 'node:*']),
  room('client/packaging', 'client', ['release'], ['esbuild', 'node:*']),
  // The types of the packages that the examples have.
  room('examples', 'example', ['client', 'client/contract', 'infra/library'], []),
  room(
    'examples/shop',
    'example',
    [],
    ['wechatpay-lambda-client', 'qr', '@aws-sdk/*', 'aws-lambda', 'aws-cdk-lib', 'constructs', 'node:*'],
  ),
  room('examples/cdk-app', 'example', [], ['wechatpay-lambda-cdk', 'aws-cdk-lib', 'constructs']),
]

const LOCAL_GROUND = 'local: ground'
const LOCAL_PACKAGES = ['valibot', '@aws-sdk/*', 'dynalite', 'fauxqs', 'node:*']
const LOCAL_FLOORS = [LOCAL_GROUND, 'local/template', 'local/cloud', 'local/lambda']
const STACK_PARTS = [...LOCAL_FLOORS, 'local/gateway', 'local/schedule', 'local/operator']
const onLocalGround = (path: string) =>
  /^local\/(?:alipay\.ts|local-error\.ts|process-alive\.ts|stack-description\.ts|require-node\.cjs)$/.test(
    path,
  )
const tellsTheDemo = (path: string) => path === 'local/demo.ts' || below('local/demo')(path)

// The simulator's servers listen and read as those of the local stack do.
const LOCAL_USES = [...GROUND, 'simulator', 'simulator/alipay']

const LOCAL: readonly Room[] = [
  room(LOCAL_GROUND, 'local', LOCAL_USES, LOCAL_PACKAGES, onLocalGround),
  room('local/template', 'local', [...LOCAL_USES, LOCAL_GROUND], LOCAL_PACKAGES),
  room(
    'local/cloud',
    'local',
    [...LOCAL_USES, 'shared/secrets', ...LOCAL_FLOORS.slice(0, 2)],
    LOCAL_PACKAGES,
  ),
  room('local/lambda', 'local', [...LOCAL_USES, ...LOCAL_FLOORS.slice(0, 3)], LOCAL_PACKAGES),
  room('local/gateway', 'local', [...LOCAL_USES, ...LOCAL_FLOORS], LOCAL_PACKAGES),
  room('local/schedule', 'local', [...LOCAL_USES, ...LOCAL_FLOORS], LOCAL_PACKAGES),
  room('local/operator', 'local', [...LOCAL_USES, ...LOCAL_FLOORS, 'local/schedule'], LOCAL_PACKAGES),
  room(
    'local',
    'local',
    [...LOCAL_USES, ...DOMAIN.slice(1), ...STACK_PARTS, 'console/server', 'console/desk'],
    LOCAL_PACKAGES,
    (path) => folder('local')(path) && !tellsTheDemo(path),
  ),
  room(
    'local/demo',
    'local',
    [...LOCAL_USES, ...DOMAIN.slice(1), 'contract/check', 'local', ...STACK_PARTS],
    LOCAL_PACKAGES,
    tellsTheDemo,
  ),
]

const CLI_USES = [...USED_BY_OPERATIONS, 'shared/alipay', HTTP, EXPLAIN, ...WORLD, 'client']
const CLI_PACKAGES = ['valibot', '@aws-sdk/*', 'commander', 'string-width', 'node:*']
const CLI_ROOMS = ['cli/terminal', 'cli/stack', 'cli/setup', 'cli/explain', 'cli/account', 'cli/actions']

const CLI: readonly Room[] = [
  room('cli/terminal', 'cli', [...CLI_USES, 'console'], CLI_PACKAGES),
  room(
    'cli/stack',
    'cli',
    [...CLI_USES, 'cli/terminal', 'cli/setup', LOCAL_GROUND, 'console', 'client/contract'],
    CLI_PACKAGES,
  ),
  room('cli/setup', 'cli', [...CLI_USES, 'cli/terminal', 'cli/stack'], [...CLI_PACKAGES, 'node-forge']),
  room('cli/explain', 'cli', [...CLI_USES, 'cli/terminal', 'cli/setup'], CLI_PACKAGES),
  room('cli/account', 'cli', [...CLI_USES, 'cli/terminal', 'cli/stack'], CLI_PACKAGES),
  room('cli/completion', 'cli', ['cli/terminal'], ['commander']),
  room(
    'cli/actions',
    'cli',
    [
      ...CLI_USES,
      ...CLI_ROOMS.slice(0, 5),
      'cli/completion',
      'simulator',
      'simulator/alipay',
      'client/contract',
      'console/server',
      'console/desk',
    ],
    CLI_PACKAGES,
  ),
  // What help and completion load: what a command does is imported when it runs.
  room(
    'cli/commands',
    'cli',
    ['shared', 'shared/facts', 'shared/ledger', 'cli/terminal', 'cli/actions'],
    ['commander'],
  ),
  room('cli/packaging', 'release', ['release'], []),
  room(
    'cli',
    'cli',
    ['shared', 'cli/terminal', 'cli/commands', LOCAL_GROUND, 'settings'],
    ['commander', 'node:module'],
  ),
]

const CONSOLE: readonly Room[] = [
  // Types alone: the page and its server agree on them.
  room('console', 'console', ['client/contract'], [], (path) => /^console\/contract[a-z-]*\.ts$/.test(path)),
  room(
    'console/page',
    'console',
    ['console', 'client/contract'],
    ['preact', 'preact/*', 'qr'],
    below('console/page'),
  ),
  room('console/packaging', 'console', [], ['esbuild', 'node:*']),
  room(
    'console/desk',
    'console',
    [...CLI_USES, ...CLI_ROOMS, 'client/contract', 'console', 'console/server', 'simulator', 'settings'],
    ['valibot', '@aws-sdk/*', 'node:*'],
  ),
  // A simulator that runs alone serves it as well: it knows no stack.
  room('console/server', 'console', [...GROUND, 'shared/api', 'console', 'simulator'], ['valibot', 'node:*']),
]

const AROUND: readonly Room[] = [
  room('bench', 'around', ['*'], ['*'], below('bench')),
  room('test', 'around', ['*'], ['*'], below('test')),
  // Loads clients that no package.json of ours names, from where it installed or built them, and deploys what infra describes.
  room(
    'conformance',
    'around',
    ['shared', 'shared/aws', 'simulator', 'infra', 'infra/stage'],
    ['esbuild', 'node:*', 'aws-cdk-lib', 'aws-cdk-lib/*', 'constructs', '@aws-sdk/*'],
    below('conformance'),
  ),
  room('settings', 'around', ['client/packaging'], ['vitest', 'node:*'], (path) => !path.includes('/')),
]

export const ROOMS: readonly Room[] = [
  ...SHARED,
  ...FUNCTIONS,
  ...INFRA,
  ...OUTSIDE_SHARED,
  ...LOCAL,
  ...CLI,
  ...CONSOLE,
  ...AROUND,
]

export const HOUSES_WITH_FLOORS = ['shared', 'infra', 'local'] as const
