/** An order that settle cannot read for a while: its fact becomes a dead letter, and is put back once the cause is gone. */
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { wxpay } from './command.ts'
import { callApi, expectThat, output } from './scene.ts'
import type { Scene } from './scene.ts'

const NUMBER = 'CONFORM-DEAD'
const TRIES_MS = 120_000

export async function deadLetterAndRedrive(scene: Scene): Promise<string> {
  const { command, simulator, clients } = scene
  const order = {
    out_trade_no: NUMBER,
    description: '咖啡',
    channel: 'native',
    amount: { total: 100, currency: 'CNY' },
  }
  await callApi(scene, '/v1/payments', order)
  // Five tries would take as many times the three minutes for which a message is hidden.
  const hidden = { QueueUrl: output(scene, 'FactQueueUrl'), Attributes: { VisibilityTimeout: '1' } }
  await clients.sqs.send(new SetQueueAttributesCommand(hidden))
  const form = await setForm(scene, { N: '99' })
  await simulator.control.pay({ out_trade_no: NUMBER })
  const until = Date.now() + TRIES_MS
  for (let total = 0; total === 0; total = await deadLetters(scene))
    expectThat(Date.now() < until, 'a dead letter after five tries')
  const { messages } = JSON.parse(await wxpay(command, ['--json', 'dlq', 'ls']))
  expectThat(JSON.stringify(messages).includes(NUMBER), `the fact of ${NUMBER} to be the dead letter`)
  await setForm(scene, form)
  const { moved } = JSON.parse(await wxpay(command, ['--json', 'dlq', 'redrive']))
  const told = await scene.kept.subscriber?.next('payment.succeeded', NUMBER)
  expectThat(told?.data['trade_state'] === 'SUCCESS', 'the order to be paid after the redrive')
  expectThat((await deadLetters(scene)) === 0, 'the dead-letter queue to be empty')
  return `after five failures ${moved} put back, then paid`
}

async function deadLetters({ command }: Scene): Promise<number> {
  return JSON.parse(await wxpay(command, ['--json', 'dlq', 'ls'])).total
}

/** As a newer release writes it. @returns the form that it had. */
async function setForm(scene: Scene, form: AttributeValue): Promise<AttributeValue> {
  const { Attributes: { v: before } = {} } = await scene.clients.dynamodb.send(
    new UpdateItemCommand({
      TableName: output(scene, 'OrdersTableName'),
      Key: { order_key: { S: `${scene.simulator.mchid}#${NUMBER}` } },
      UpdateExpression: 'SET v = :form',
      ExpressionAttributeValues: { ':form': form },
      ReturnValues: 'UPDATED_OLD',
    }),
  )
  if (before === undefined) throw new Error(`there is no order ${NUMBER}`)
  return before
}
