/** One breach of each lint rule that the project sets itself. */
export interface Plant {
  /** As `.oxlintrc.json` writes it. */
  readonly rule: string
  readonly file: string
  readonly source: string
  /** What the refusal must say to do instead. */
  readonly says?: RegExp
}

const plant = (rule: string, file: string, source: string): Plant => ({ rule, file, source })

const ASYNC = 'export const planted = async () => { await Promise.resolve() }\n'

export const RULE_PLANTS: readonly Plant[] = [
  plant('max-lines', 'shared/long.ts', '// one more\n'.repeat(251)),
  plant('eqeqeq', 'shared/loose.ts', 'export const planted = (one: number, other: number) => one == other'),
  plant('no-console', 'shared/loud.ts', `console.log('planted')`),
  plant(
    'no-param-reassign',
    'shared/reassigned.ts',
    'export function planted(value: number) { value = 1; return value }',
  ),
  plant('no-restricted-imports', 'infra/forge.ts', `export { pki } from 'node-forge'`),
  plant(
    'typescript/no-explicit-any',
    'shared/any.ts',
    'export const planted = (value: any): unknown => value',
  ),
  plant(
    'typescript/no-floating-promises',
    'shared/floating.ts',
    `${ASYNC}export function lost(): void { planted() }`,
  ),
  plant('typescript/no-misused-promises', 'shared/misused.ts', `${ASYNC}if (planted()) planted`),
  plant(
    'typescript/return-await',
    'shared/uncaught.ts',
    `${ASYNC}export async function lost() { try { return planted() } catch { return undefined } }`,
  ),
  plant(
    'typescript/switch-exhaustiveness-check',
    'shared/switch.ts',
    `export function planted(state: 'PAID' | 'CLOSED') { switch (state) { case 'PAID': return 1 } return 2 }`,
  ),
  plant(
    'typescript/consistent-type-assertions',
    'shared/cast.ts',
    'export const planted = (value: unknown) => value as string',
  ),
  plant(
    'typescript/no-non-null-assertion',
    'shared/bang.ts',
    'export const planted = (value: string | undefined) => value!',
  ),
  plant(
    'typescript/consistent-type-imports',
    'shared/types.ts',
    `import { Money } from './money.ts'\nexport type Planted = Money`,
  ),
  plant('node/no-process-env', 'shared/env.ts', `export const planted = process.env['PLANTED']`),
  plant('oxc/no-barrel-file', 'shared/barrel.ts', `export * from './money.ts'`),
  plant(
    'import/no-cycle',
    'infra/circle.ts',
    `import type { B } from './circle-too.ts'\nexport type A = B | 1`,
  ),
  plant(
    'import/no-cycle',
    'infra/circle-too.ts',
    `import type { A } from './circle.ts'\nexport type B = A | 2`,
  ),
  plant('import/no-default-export', 'shared/default.ts', 'export default 1'),
  plant('unicorn/filename-case', 'shared/CamelCase.ts', 'export const planted = 1'),
  plant(
    'vitest/expect-expect',
    'test/nothing.test.ts',
    `import { it } from 'vitest'\nit('says nothing', () => {})`,
  ),
  plant(
    'vitest/no-disabled-tests',
    'test/skipped.test.ts',
    `import { expect, it } from 'vitest'\nit.skip('is not run', () => { expect(1).toBe(1) })`,
  ),
  plant(
    'vitest/no-focused-tests',
    'test/alone.test.ts',
    `import { expect, it } from 'vitest'\nit.only('runs alone', () => { expect(1).toBe(1) })`,
  ),
  plant(
    'react/no-danger',
    'console/page/danger.tsx',
    'export const Planted = ({ html }: { html: string }) => <p dangerouslySetInnerHTML={{ __html: html }} />',
  ),
  plant('jsx-a11y/alt-text', 'console/page/blind.tsx', 'export const Planted = () => <img src="a.png" />'),
  // One of each category that is on as a whole.
  plant('no-debugger', 'shared/debugger.ts', 'debugger'),
  plant('no-extend-native', 'shared/native.ts', 'Array.prototype.planted = 1'),
]

const wall = (file: string, imported: string, says: RegExp): Plant => ({
  rule: 'no-restricted-imports',
  file,
  source: `import type { Planted } from '${imported}'\nexport type Kept = Planted`,
  says,
})

const FORGE = /never on a path that verifies/
const AWS = /put it behind a port/
const UPWARDS = /never imports what is built on it/

/** Each pattern of each room, by alias and by relative path in turn. */
export const WALL_PLANTS: readonly Plant[] = [
  wall('shared/wall-1.ts', './orders/order.ts', /knows only itself/),
  wall('shared/wall-2.ts', '#shared/wechat/wechat-pay.ts', /knows only itself/),
  wall('shared/wall-3.ts', 'aws-lambda', AWS),
  wall('shared/wall-4.ts', '../local/stack.ts', UPWARDS),
  wall('shared/wall-5.ts', 'node-forge', FORGE),
  wall('shared/crypto/wall-1.ts', '#shared/secrets/secret-keys.ts', /as a port, and a handler hands it in/),
  wall('shared/facts/wall-1.ts', '@aws-sdk/client-dynamodb', AWS),
  wall('shared/orders/wall-1.ts', '../stores/order-item.ts', /as a port, and a handler hands it in/),
  wall('shared/orders/wall-2.ts', '#functions/prepay/prepay.ts', UPWARDS),
  wall('shared/events/wall-1.ts', '#shared/wechat/wechat-pay.ts', /as a port, and a handler hands it in/),
  wall('shared/events/wall-2.ts', 'node-forge', FORGE),
  wall('shared/wechat/v3/wall-1.ts', '../../api/api-response.ts', /a payment channel knows the domain/),
  wall('shared/wechat/wall-1.ts', '../stores/dynamo.ts', /a payment channel knows the domain/),
  wall('shared/wechat/wall-2.ts', '@middy/core', AWS),
  wall('shared/wechat/wall-3.ts', '#simulator/simulator.ts', UPWARDS),
  wall('shared/wechat/trust/wall-1.ts', 'node-forge', FORGE),
  wall('shared/api/wall-1.ts', '#shared/wechat/wire-format.ts', /any channel and any store/),
  wall('shared/payments/wall-1.ts', '../stores/dynamo.ts', /any channel and any store/),
  wall('shared/refunds/wall-1.ts', '#shared/wechat/wechat-pay.ts', /any channel and any store/),
  wall('shared/refunds/wall-2.ts', '@aws-sdk/client-sqs', AWS),
  wall('shared/refunds/wall-3.ts', '../../cli/run.ts', UPWARDS),
  wall('shared/refunds/wall-4.ts', 'node-forge', FORGE),
  wall('shared/aws/wall-1.ts', '#shared/refunds/learn-refund.ts', /knows no flow/),
  wall('shared/stores/wall-1.ts', '@middy/core', /only in shared\/lambda/),
  wall('shared/secrets/wall-1.ts', '#infra/stack.ts', UPWARDS),
  wall('shared/secrets/wall-2.ts', 'node-forge', FORGE),
  wall('shared/lambda/wall-1.ts', '@aws-sdk/client-sqs', /only in shared\/aws/),
  wall('shared/lambda/wall-2.ts', '../../functions/notify/notify.ts', UPWARDS),
  wall('shared/lambda/wall-3.ts', 'node-forge', FORGE),
  wall('functions/notify/wall-1.ts', '#shared/aws/clients.ts', /take a port as a parameter/),
  wall('functions/notify/wall-2.ts', '@aws-sdk/client-sqs', AWS),
  wall('functions/notify/wall-3.ts', '../close/close.ts', /no function imports another/),
  wall('functions/notify/wall-4.ts', '#functions/close/close.ts', /no function imports another/),
  wall('functions/notify/wall-5.ts', 'node-forge', FORGE),
  wall('functions/close/handler.ts', '../query/query.ts', /no function imports another/),
  wall('functions/list/handler.ts', '#functions/query/query.ts', /no function imports another/),
  wall('functions/list/list-part.ts', '#functions/query/query.ts', /no function imports another/),
  wall('functions/query/handler.ts', '@aws-sdk/client-sqs', AWS),
  wall('functions/refund/handler.ts', 'node-forge', FORGE),
  wall('simulator/wall-1.ts', '../local/stack.ts', /imports shared\/ alone/),
  wall('local/wall-1.ts', 'node-forge', FORGE),
]

/** What looks like a breach and is allowed where it stands. */
export const CLEAN_FILES: Readonly<Record<string, string>> = {
  'functions/notify/handler.ts': `import type { A } from '#shared/aws/clients.ts'\nexport type B = A\nexport const stage = process.env['STAGE']`,
  'functions/notify/notify.ts': `import type { A } from '#shared/wechat/wechat-pay.ts'\nexport type B = A`,
  'functions/prepay/prepay.ts': `import type { A } from './schema.ts'\nexport type B = A`,
  'shared/orders/order.ts': `import type { A } from '../facts/fact.ts'\nexport type B = A`,
  'shared/wechat/v3/payments.ts': `import type { A } from '../call/client.ts'\nexport type B = A`,
  'shared/stores/dynamo.ts': `import type { A } from '@aws-sdk/client-dynamodb'\nexport type B = A`,
  'shared/lambda/frame.ts': `import type { A } from '@middy/core'\nexport type B = A`,
  'simulator/keys.ts': `import type { A } from 'node-forge'\nexport type B = A\nconsole.log('told')`,
  'cli/setup/pkcs12.ts': `import type { A } from 'node-forge'\nexport type B = A`,
  'test/any.test.ts': `import { expect, it } from 'vitest'\nit('says something', () => { expect((JSON.parse(process.env['A']!) as { b: 1 }).b).toBe(1) })`,
}
