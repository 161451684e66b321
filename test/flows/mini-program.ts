/** The code of docs/mini-program.md, run as it stands: the backend as a process, the mini program with a `wx` of ours. */
import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { LocalStack } from '#local/stack-options.ts'
import { listen } from '#simulator/listen.ts'
import { readPage } from '#test/docs/markdown.ts'

export const SECRET = 'canary-app-secret'

/** By the file name in its first line. */
export function filesOf(page: string): Readonly<Record<string, string>> {
  const named = readPage(page)
    .fences.filter(({ language }) => language === 'js')
    .map(({ lines: [first = '', ...rest] }) => [first.replace('// ', ''), rest.join('\n')] as const)
  return Object.fromEntries(named)
}

/** Each field that a snippet of an app sets, and the one of `pay_params` that it takes for it. */
export function fieldsOf(page: string, language: string): readonly (readonly [string, string])[] {
  const { lines } = readPage(page).fences.find((fence) => fence.language === language)!
  return lines.flatMap((line) => {
    const [, set, taken] = /^\s*(?:request\.)?(\w+) = .*params(?:\.getString\(|\[)"(\w+)"/.exec(line) ?? []
    return set === undefined || taken === undefined ? [] : [[set, taken] as const]
  })
}

/** What the payer does, and what the mini program then shows. */
const DRIVER = `
  import { server } from './pay.mjs'
  import { h5Url } from './h5.mjs'
  import { appParams } from './app.mjs'
  import { readFileSync } from 'node:fs'
  import { once } from 'node:events'

  if (!server.listening) await once(server, 'listening')
  const backend = 'http://127.0.0.1:' + server.address().port
  const invoke = async (params) => (await fetch(process.env.CONTROL_URL + '/_control/payer/invoke', { method: 'POST', body: JSON.stringify(params) })).status
  const run = async (payer) => {
    const told = { states: [] }
    const wx = {
      login: async () => ({ code: 'js-code', errMsg: 'login:ok' }),
      request: ({ url, method, data, success, fail }) =>
        void fetch(url.replace('https://shop.example.com', backend), { method, body: JSON.stringify(data) })
          .then(async (answer) => success({ statusCode: answer.status, data: await answer.json() }))
          .catch(fail),
      requestPayment: async (params) => {
        told.params = params
        told.opened = await invoke(params)
        if (payer === 'gives up') throw { errMsg: 'requestPayment:fail cancel' }
        const prepay_id = params.package.replace('prepay_id=', '')
        await fetch(process.env.CONTROL_URL + '/_control/payer/pay', { method: 'POST', body: JSON.stringify({ prepay_id }) })
        return { errMsg: 'requestPayment:ok' }
      },
    }
    let page
    const immediately = (work) => void setImmediate(work)
    new Function('wx', 'Page', 'setTimeout', readFileSync('mini.js', 'utf8'))(wx, (made) => (page = made), immediately)
    page.setData = (data) => told.states.push(data.state)
    await page.pay()
    return told
  }
  const paid = await run('pays')
  const unpaid = await run('gives up')
  let handed
  const WeixinJSBridge = { invoke: (name, params, callback) => (handed = [name, params], callback({ err_msg: 'get_brand_wcpay_request:ok' })) }
  const payInPage = new Function('WeixinJSBridge', readFileSync('page.js', 'utf8') + ';return payInPage')(WeixinJSBridge)
  const said = await payInPage({ appId: 'wx1' })
  const app = await appParams('MINI-APP-1')
  const h5 = await h5Url('MINI-H5-1', '203.0.113.7', 'https://shop.example.com/orders/1?a=b')
  server.close()
  server.closeAllConnections()
  console.log(JSON.stringify({ paid, unpaid, page: { handed, said }, app: { params: app, opened: await invoke(app) }, h5 }))
`

export interface Ran {
  readonly paid: Run
  readonly unpaid: Run
  readonly page: { readonly handed: unknown; readonly said: string }
  readonly app: { readonly params: Readonly<Record<string, string>>; readonly opened: number }
  readonly h5: string
}

interface Run {
  readonly params: Readonly<Record<string, string>>
  /** Status with which the simulator took the parameters as WeChat's client does. */
  readonly opened: number
  readonly states: readonly string[]
}

/** @param folder that has the client installed. @returns what happened, and the requests that WeChat's login got. */
export async function runSnippets(
  { description, apiUrl }: LocalStack,
  folder: string,
  files: Readonly<Record<string, string>>,
) {
  const asked: URL[] = []
  const server = createServer((request, response) => {
    asked.push(new URL(request.url ?? '', 'http://login'))
    response.end(JSON.stringify({ openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o', session_key: 'canary' }))
  })
  const login = await listen(server, 0, "WeChat's login")
  try {
    // The gateway of the local stack has a host without a region.
    const backend = files['pay.mjs']!.replace('credentials:', `region: '${description.region}', credentials:`)
    const written = {
      ...files,
      'pay.mjs': backend,
      'mini.js': files['pages/pay/pay.js']!,
      'drive.mjs': DRIVER,
    }
    for (const [name, text] of Object.entries(written))
      if (!name.includes('/')) await writeFile(join(folder, name), text)
    const env = {
      PATH: process.env['PATH'],
      PORT: '0',
      API_URL: apiUrl,
      CONTROL_URL: description.control_url,
      APPID: description.appid,
      APP_SECRET: SECRET,
      WECHAT_URL: login.url,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    }
    const { stdout } = await promisify(execFile)(process.execPath, ['drive.mjs'], { cwd: folder, env })
    return { ran: JSON.parse(stdout) as Ran, asked }
  } finally {
    await login.close()
  }
}
