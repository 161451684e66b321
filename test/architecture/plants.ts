/** One breach of each rule, as files that are on no disk. Each is written in another way, so that no way of importing escapes. */
export interface Plant {
  readonly name: string
  readonly files: Readonly<Record<string, string>>
  /** What the refusal must say. */
  readonly says: RegExp
}

function plant(name: string, file: string, source: string, says: RegExp): Plant {
  return { name, files: { [file]: source }, says }
}

/** Rules about who may import what. */
export const IMPORT_PLANTS: readonly Plant[] = [
  plant(
    'the ground takes a type of the orders',
    'shared/planted.ts',
    `import type { Order } from './orders/order.ts'\nexport type Planted = Order`,
    /the ground .* knows only itself/,
  ),
  plant(
    'crypto reads a fact',
    'shared/crypto/planted.ts',
    `export { factKey } from '../facts/fact.ts'`,
    /declare what you need here as a port/,
  ),
  plant(
    'a fact calls the AWS SDK',
    'shared/facts/planted.ts',
    `import { DynamoDBClient } from '@aws-sdk/client-dynamodb'\nexport const planted = new DynamoDBClient({})`,
    /put the call behind a port/,
  ),
  plant(
    'an order knows its store',
    'shared/orders/planted.ts',
    `export * from '#shared/stores/dynamo-order-store.ts'`,
    /declare what you need here as a port/,
  ),
  plant(
    'an order speaks HTTP',
    'shared/orders/planted.ts',
    `import { request } from 'https'\nexport const planted = request`,
    /imports node:https: .* declare what you need here/,
  ),
  plant(
    'an event knows the channel, through a type in an expression',
    'shared/events/planted.ts',
    `export type Planted = import('#shared/wechat/wechat-pay.ts').WechatPay`,
    /declare what you need here as a port/,
  ),
  plant(
    'the channel answers the merchant',
    'shared/wechat/v3/planted.ts',
    `import type { ApiResponse } from '../../api/api-response.ts'\nexport type Planted = ApiResponse`,
    /a payment channel knows the domain/,
  ),
  plant(
    'the channel reads a secret, when it is called',
    'shared/wechat/planted.ts',
    `export const planted = async () => await import('#shared/secrets/secret-reader.ts')`,
    /a payment channel knows the domain/,
  ),
  plant(
    'the channel climbs its own stairs',
    'shared/wechat/trust/planted.ts',
    `export { createWechatPay } from '../v3/wechat-pay-client.ts'`,
    /a payment channel knows the domain/,
  ),
  plant(
    'one channel takes the words of another',
    'shared/alipay/planted.ts',
    `export { parseTransaction } from '../wechat/v3/resources.ts'`,
    /a payment channel knows the domain/,
  ),
  plant(
    'the first channel knows the second',
    'shared/wechat/v3/planted.ts',
    `export { fenOfYuan, yuanAmount } from '#shared/alipay/wire-format.ts'`,
    /a payment channel knows the domain/,
  ),
  plant(
    'the channel stores what it is told',
    'shared/alipay/planted.ts',
    `import type { FactItem } from '#shared/stores/fact-item.ts'\nexport type Planted = FactItem`,
    /a payment channel knows the domain/,
  ),
  plant(
    'an exchange over HTTP knows whom it is with',
    'shared/http/planted.ts',
    `export * from '../alipay/gateway.ts'`,
    /a payment channel knows the domain/,
  ),
  plant(
    'an order knows a channel',
    'shared/orders/planted.ts',
    `export const planted = import('#shared/alipay/alipay-channel.ts')`,
    /declare what you need here as a port/,
  ),
  plant(
    'who takes notifications of Alipay calls the SDK',
    'functions/notify-alipay/planted.ts',
    `import { PutItemCommand } from '@aws-sdk/client-dynamodb'\nexport const planted = PutItemCommand`,
    /put the call behind a port/,
  ),
  plant(
    'a payment knows WeChat',
    'shared/payments/planted.ts',
    `import { createWechatPay } from '#shared/wechat/v3/wechat-pay-client.ts'\nexport const planted = createWechatPay`,
    /speak to any channel/,
  ),
  plant(
    'a refund knows its store',
    'shared/refunds/planted.ts',
    `const stores = require('../stores/dynamo.ts')\nexport const planted = stores`,
    /speak to any channel/,
  ),
  plant(
    'the contract knows the channel',
    'shared/api/planted.ts',
    `import planted = require('../wechat/wire-format.ts')\nexport { planted }`,
    /neither AWS nor a channel/,
  ),
  plant(
    'the contract takes a type of Lambda',
    'shared/api/planted.ts',
    `import type { Context } from 'aws-lambda'\nexport type Planted = Context`,
    /stand only in shared\/lambda/,
  ),
  plant(
    'a store wraps itself in middy',
    'shared/stores/planted.ts',
    'export const planted = import(`@middy/core`)',
    /stand only in shared\/lambda/,
  ),
  plant(
    'an operation calls the AWS SDK',
    'functions/notify/planted.ts',
    `import { SQSClient } from '@aws-sdk/client-sqs'\nexport const planted = SQSClient`,
    /put the call behind a port/,
  ),
  plant(
    'an operation makes a client',
    'functions/prepay/planted.ts',
    `import { createSqsClient } from '#shared/aws/clients.ts'\nexport const planted = createSqsClient`,
    /only handler\.ts imports/,
  ),
  plant(
    'an operation knows its frame, by type',
    'functions/query/planted.ts',
    `import type { OperationPorts } from '#shared/lambda/operation-ports.ts'\nexport type Planted = OperationPorts`,
    /only handler\.ts imports/,
  ),
  plant(
    'an operation imports its handler',
    'functions/query/planted.ts',
    `export * from './handler.ts'`,
    /only handler\.ts imports/,
  ),
  plant(
    'one function imports another',
    'functions/query/planted.ts',
    `export * from '../close/close.ts'`,
    /no function imports another/,
  ),
  plant(
    'one handler imports another function',
    'functions/query/handler.ts',
    `import { settle } from '#functions/settle/settle.ts'\nexport const planted = settle`,
    /no function imports another/,
  ),
  plant(
    'shared imports a function',
    'shared/lambda/planted.ts',
    `export * from '#functions/notify/notify.ts'`,
    /shared\/ never imports what is built on it/,
  ),
  plant(
    'shared imports the simulator',
    'shared/wechat/v3/planted.ts',
    `import type { Simulator } from '#simulator/simulator.ts'\nexport type Planted = Simulator`,
    /shared\/ never imports what is built on it/,
  ),
  plant(
    'the simulator takes our ledger',
    'simulator/planted.ts',
    `export { applyFact } from '#shared/orders/apply-fact.ts'`,
    /WeChat Pay for any SDK/,
  ),
  plant(
    'the simulator knows the local stack',
    'simulator/planted.ts',
    `export * from '../local/stack.ts'`,
    /WeChat Pay for any SDK/,
  ),
  plant(
    'the client takes a store',
    'client/planted.ts',
    `export * from '../shared/stores/dynamo-order-store.ts'`,
    /it takes only the contract and the rules of fields/,
  ),
]
