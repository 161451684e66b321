/** Each command line of `wxpay` in the runbook, in either language, as bash reads it, on a stack that has something of everything. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { beforeAll, describe, expect, it } from 'vitest'
import { callApi } from '#cli/stack/api-client.ts'
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import { wordsOf } from '#test/rehearsal/bash-words.ts'
import { commandsOf, filledIn, type Subjects, verdictOf } from '#test/rehearsal/runbook.ts'
import type { CliStack } from './cli-stack.ts'

const DOCS = join(import.meta.dirname, '../../docs')
const ORDER = 'RUNBOOK-1'
const REFUND = 'RUNBOOK-1-R'

const commands = ['runbook.md', 'zh-CN/runbook.md'].flatMap((page) =>
  commandsOf(readFileSync(join(DOCS, page), 'utf8')).filter(
    (command) => command.startsWith('wxpay ') && verdictOf(command) === 'local',
  ),
)

export function describeRunbook(here: () => CliStack): void {
  describe('the runbook', () => {
    let subjects: Subjects
    beforeAll(async () => {
      subjects = await prepared(here())
    })

    it.each([...new Set(commands)])('%s', async (command) => {
      const [words = []] = await wordsOf([filledIn(command, subjects)], { STACK: 'local' })
      const ran = await here().wxpay([...words, '--yes'])
      expect({ command, ...ran }).toMatchObject({ code: 0, out: expect.stringMatching(/\S/) })
    })

    it('has only commands that print one JSON object with --json', async () => {
      const looks = commands.filter((command) => /^wxpay (?:certs|\w+ (?:show|ls)) /.test(command))
      const lines = [...new Set(looks)].map((command) => filledIn(command, subjects))
      for (const words of await wordsOf(lines, { STACK: 'local' })) {
        const { out } = await here().wxpay([...words, '--json'])
        expect({ words, out }).toMatchObject({ out: expect.stringMatching(/^\{\n {2}"[^]*\}\n$/) })
        expect(JSON.parse(out)).not.toHaveProperty('error')
      }
    })
  })
}

/** A paid order that is held, a refund of unknown outcome, a dead letter, and a notification that is about no order. */
async function prepared(here: CliStack): Promise<Subjects> {
  const { access, control, stack } = here
  await here.paidOrder(ORDER)
  await control.addFault({ kind: 'reset_before', match: { endpoint: 'refund' } })
  await callApi(access, (api) => api.createRefund(ORDER, { out_refund_no: REFUND, amount: { refund: 40 } }))
  await here.ageRefunds(ORDER)
  await callApi(access, (api) => api.holdPayment(ORDER, { by: 'rehearsal', note: 'to be decided' }))
  const { holds } = await callApi(access, (api) => api.queryPayment(ORDER))
  const MessageBody = JSON.stringify({ fact_key: paymentFactKey(access.mchid, ORDER, 'SUCCESS') })
  await access.sqs.send(new SendMessageCommand({ QueueUrl: access.queues.facts_dead_letter, MessageBody }))
  const event_type = 'COMPLAINT.CREATE'
  const { id } = await control.send({ url: `${stack.apiUrl}/wechatpay/notify/payment`, event_type })
  await control.waitForNotification({ event_type })
  return {
    order: ORDER,
    refund: REFUND,
    hold: holds.find(({ dismissed }) => !dismissed)?.hold ?? 'none',
    fact: `notification#${access.mchid}#${id}`,
    table: 'none',
  }
}
