/** Breaches outside the program's core, and those that are no single import. */
import type { Plant } from './plants.ts'

const floor = (name: string, file: string, imported: string, says: RegExp): Plant => ({
  name,
  files: { [file]: `export * from '${imported}'` },
  says,
})

export const FLOOR_PLANTS: readonly Plant[] = [
  floor('infra runs a function', 'infra/stage/planted.ts', '#functions/notify/handler.ts', /runs none of it/),
  floor('an operation of infra climbs', 'infra/operations/planted.ts', '../watch/alarms.ts', /on floors/),
  floor('what is watched climbs', 'infra/watch/planted.ts', '../constructs/alarms.ts', /on floors/),
  floor('the library climbs', 'infra/library/planted.ts', '#infra/stack.ts', /on floors/),
  floor('a construct climbs', 'infra/constructs/planted.ts', '#infra/stack.ts', /on floors/),
  floor(
    'the local cloud climbs',
    'local/cloud/planted.ts',
    '#local/lambda/lambda-service.ts',
    /the local stack .* stands on floors/,
  ),
  floor(
    'the local ground climbs',
    'local/local-error.ts',
    './template/intrinsics.ts',
    /the local stack .* stands on floors/,
  ),
  floor(
    'the local stack tells the demo',
    'local/stack.ts',
    './demo/story.ts',
    /the local stack .* stands on floors/,
  ),
  floor(
    'the local stack runs a function',
    'local/planted.ts',
    '#functions/notify/notify.ts',
    /the local stack .* stands on floors/,
  ),
  floor('a command runs a function', 'cli/actions/planted.ts', '#functions/close/close.ts', /from outside/),
  floor(
    'the program needs a test',
    'local/planted.ts',
    '#test/support/until.ts',
    /nothing but test\/ and bench\//,
  ),
]

export const OTHER_PLANTS: readonly Plant[] = [
  {
    name: 'a circle of values',
    files: {
      'shared/orders/planted.ts': `export { b } from './planted-too.ts'`,
      'shared/orders/planted-too.ts': `import { a } from './planted.ts'\nexport const b = a`,
    },
    says: /planted-too\.ts → shared\/orders\/planted\.ts → shared\/orders\/planted-too\.ts is a circle/,
  },
  {
    name: 'a circle of types, through three files',
    files: {
      'infra/watch/planted-1.ts': `import type { B } from './planted-2.ts'\nexport type A = B`,
      'infra/watch/planted-2.ts': `import type { C } from '#infra/watch/planted-3.ts'\nexport type B = C`,
      'infra/watch/planted-3.ts': `export type C = import('./planted-1.ts').A | undefined`,
    },
    says: /planted-1\.ts → .*planted-2\.ts → .*planted-3\.ts → .*planted-1\.ts is a circle/,
  },
  {
    name: 'a stored list of its own',
    files: {
      'shared/stores/planted.ts': `import * as v from 'valibot'\nexport const State = v.picklist(['PAID', 'CLOSED'])`,
    },
    says: /lists .*PAID.* anew/,
  },
  {
    name: 'a list of its own in a secret',
    files: {
      'shared/secrets/planted.ts': `import { picklist } from 'valibot'\nexport const Kind = picklist(['certificate'])`,
    },
    says: /lists certificate anew/,
  },
  {
    name: 'an account by a form of its own, in a text',
    files: { 'shared/orders/planted.ts': `export const planted = (id: string) => 'alipay:' + id` },
    says: /writes alipay: by itself: .* shared\/facts\/account\.ts/,
  },
  {
    name: 'an account by a form of its own, in a template',
    files: { 'functions/query/planted.ts': 'export const planted = (id: string) => `alipay:${id}`' },
    says: /writes alipay: by itself/,
  },
  {
    name: 'a folder that nobody gave a room',
    files: { 'shared/utils/planted.ts': 'export const planted = 1' },
    says: /stands in no room/,
  },
  {
    name: 'an import that nobody can follow',
    files: {
      'shared/wechat/planted.ts': 'export const planted = async (name: string) => await import(name)',
    },
    says: /imports a path that it computes/,
  },
  {
    name: 'an import of nothing',
    files: { 'shared/wechat/planted.ts': `export * from '#shared/wechat/not-there.ts'` },
    says: /which does not exist/,
  },
  {
    name: 'an alias that there is not',
    files: { 'shared/wechat/planted.ts': `export * from '#utils/planted.ts'` },
    says: /an alias that package\.json lacks/,
  },
]
