/** Stands between the functions and the simulator and keeps the URLs that were asked for. */
import { createServer, request } from 'node:http'
import { listen } from '#simulator/listen.ts'

export interface RecordingProxy {
  readonly url: string
  readonly urls: readonly string[]
  close(): Promise<void>
}

export async function startRecordingProxy(target: string): Promise<RecordingProxy> {
  const urls: string[] = []
  const server = createServer((incoming, response) => {
    urls.push(incoming.url ?? '')
    const { method, headers, url } = incoming
    const outgoing = request(target + url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    outgoing.on('error', () => response.destroy())
    incoming.pipe(outgoing)
  })
  const { url, close } = await listen(server, 0, 'the recording proxy')
  return { url, urls, close }
}
