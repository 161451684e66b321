/** AWS and WeChat Pay on this machine, as a function meets them in its first answer. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Sample } from '../notify/sample.ts'
import { answerTo } from './answers.ts'

export interface AnsweringAws {
  readonly url: string
  readonly close: () => Promise<void>
}

export async function startAws(sample: Sample): Promise<AnsweringAws> {
  const server = createServer((request, response) => {
    const { url = '', headers } = request
    void text(request).then((body) => {
      const answer = answerTo(sample, { url, headers, text: body })
      response.writeHead(answer.status ?? 200, answer.headers).end(answer.body)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}
