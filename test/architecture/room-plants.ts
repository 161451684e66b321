/** For each room a file of the project and a package that it must not import, so that no line of the table can grow unseen. */
import type { Plant } from './plants.ts'

const STORE = '#shared/stores/dynamo.ts'
const FRAME = '#shared/lambda/http-frame.ts'
const NOTIFY = '#functions/notify/notify.ts'

const ROOMS: readonly (readonly [file: string, forbidden: string, forbiddenPackage: string])[] = [
  ['shared/planted.ts', STORE, 'node:fs'],
  ['shared/crypto/planted.ts', '#shared/orders/order.ts', 'node-forge'],
  ['shared/facts/planted.ts', '#shared/orders/order.ts', 'node:http'],
  ['shared/ledger/planted.ts', '#shared/orders/order.ts', 'node:fs'],
  ['shared/orders/planted.ts', '#shared/events/payment-event.ts', 'node:fs'],
  ['shared/events/planted.ts', '#shared/api/api-response.ts', '@aws-sdk/client-sns'],
  ['shared/wechat/planted.ts', STORE, 'node:http'],
  ['shared/wechat/trust/planted.ts', STORE, 'node-forge'],
  ['shared/wechat/explain/planted.ts', '#shared/wechat/v3/payments.ts', 'node-forge'],
  ['shared/wechat/call/planted.ts', '#shared/wechat/v3/payments.ts', '@middy/core'],
  ['shared/wechat/v3/planted.ts', FRAME, 'node:https'],
  ['shared/wechat/v2/planted.ts', '#shared/wechat/v3/payments.ts', 'node:https'],
  ['shared/api/planted.ts', FRAME, 'node:http'],
  ['shared/payments/planted.ts', '#shared/wechat/wechat-pay.ts', '@aws-sdk/client-sqs'],
  ['shared/refunds/planted.ts', '#shared/api/api-response.ts', 'node:https'],
  ['shared/bills/planted.ts', '#shared/wechat/wechat-pay.ts', 'node:fs'],
  ['shared/aws/lean/planted.ts', STORE, '@aws-sdk/client-sqs'],
  ['shared/reconciliation/planted.ts', STORE, '@aws-sdk/client-s3'],
  ['shared/aws/planted.ts', STORE, 'node:http'],
  ['shared/stores/planted.ts', '#shared/refunds/submit-refund.ts', 'aws-lambda'],
  ['shared/secrets/planted.ts', STORE, 'aws-lambda'],
  ['shared/lambda/planted.ts', '#shared/refunds/submit-refund.ts', '@aws-sdk/client-sqs'],
  ['functions/notify/planted.ts', STORE, 'node:http'],
  ['functions/notify/handler.ts', '#infra/stack.ts', '@aws-sdk/client-sqs'],
  ['infra/stage/planted.ts', FRAME, '@aws-sdk/client-sqs'],
  ['infra/operations/planted.ts', STORE, '@aws-sdk/client-sqs'],
  ['infra/watch/planted.ts', NOTIFY, 'node:fs'],
  ['infra/constructs/planted.ts', NOTIFY, 'esbuild'],
  ['infra/planted.ts', '#local/stack.ts', '@aws-sdk/client-sqs'],
  ['simulator/planted.ts', '#shared/api/api-response.ts', '@aws-sdk/client-sqs'],
  ['simulator/packaging/planted.ts', '#simulator/simulator.ts', 'node-forge'],
  ['contract/planted.ts', STORE, 'node:http'],
  ['client/contract/planted.ts', '#shared/errors.ts', 'valibot'],
  ['client/planted.ts', '#shared/orders/order.ts', '@aws-sdk/client-sqs'],
  ['local/local-error.ts', FRAME, 'aws-cdk-lib'],
  ['local/template/planted.ts', '#infra/synthesize.ts', 'aws-cdk-lib'],
  ['local/cloud/planted.ts', STORE, 'aws-cdk-lib'],
  ['local/lambda/planted.ts', NOTIFY, 'node-forge'],
  ['local/gateway/planted.ts', '#local/schedule/schedules.ts', '@middy/core'],
  ['local/schedule/planted.ts', '#local/gateway/gateway.ts', '@middy/core'],
  ['local/operator/planted.ts', '#local/gateway/gateway.ts', '@middy/core'],
  ['local/planted.ts', FRAME, 'aws-cdk-lib'],
  ['local/demo/planted.ts', STORE, 'node-forge'],
  ['cli/terminal/planted.ts', '#cli/stack/check.ts', 'node-forge'],
  ['cli/stack/planted.ts', FRAME, 'node-forge'],
  ['cli/setup/planted.ts', '#cli/commands/setup.ts', 'aws-cdk-lib'],
  ['cli/explain/planted.ts', '#cli/stack/check.ts', 'node-forge'],
  ['cli/account/planted.ts', '#cli/commands/setup.ts', 'aws-cdk-lib'],
  ['cli/commands/planted.ts', NOTIFY, 'node-forge'],
  ['cli/planted.ts', NOTIFY, 'node-forge'],
  ['conformance/planted.ts', '#cli/run.ts', '@middy/core'],
  ['planted.config.ts', '#infra/stack.ts', '@aws-sdk/client-sqs'],
]

export const ROOM_PLANTS: readonly Plant[] = ROOMS.flatMap(([file, ...imports]) =>
  imports.map((imported) => ({
    name: `${file} imports ${imported}`,
    files: { [file]: `import type { Planted } from '${imported}'\nexport type Kept = Planted` },
    says: / imports .+: ./,
  })),
)
