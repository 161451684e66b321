/** What doctor concludes from the answer to a signed call, and what it does not. */
import { createServer } from 'node:http'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { listen } from '#simulator/listen.ts'
import type { Listening } from '#simulator/listen.ts'
import { flags, publicKeyFlags, startSetupFixture } from './setup-fixture.ts'
import type { SetupFixture } from './setup-fixture.ts'

let here: SetupFixture
let wechat: Listening
let answer: { status: number; body: string }
beforeAll(async () => {
  here = await startSetupFixture()
  const server = createServer((_, response) => response.writeHead(answer.status).end(answer.body))
  wechat = await listen(server, 0, 'WeChat')
})
afterAll(async () => {
  await wechat?.close()
  await here?.stop()
})
beforeEach(() => here.reset())

it.each([
  [401, '{"code":"SIGN_ERROR"}', 'fail', 'WeChat refused the signature'],
  [401, '<html>Unauthorized</html>', 'fail', 'server_error: WeChat answered 401 without a code'],
  [401, '{"code":"UNAUTHORIZED"}', 'fail', 'server_error: WeChat answered 401 UNAUTHORIZED'],
  [403, '{"code":"FORBIDDEN"}', 'fail', 'server_error: WeChat answered 403 FORBIDDEN'],
  [404, '{"code":"RESOURCE_NOT_EXISTS"}', 'ok', 'proves neither the public key nor the APIv3 key'],
  [404, '<html>Not Found</html>', 'fail', 'server_error: WeChat answered 404 without a code'],
])('%i %s', async (status, body, level, detail) => {
  await here.setup([...flags, ...publicKeyFlags, '--yes'])
  answer = { status, body }
  here.wechatAt(wechat.url)
  const { out } = await here.doctor()
  expect(JSON.parse(out).checks).toContainEqual(
    expect.objectContaining({
      name: 'signed call to WeChat',
      level,
      detail: expect.stringContaining(detail),
    }),
  )
})

it.each([
  [
    403,
    '{"code":"NO_AUTH"}',
    'warn',
    'WeChat does not offer the test to this merchant (403): nothing is proven',
  ],
  [404, '<html>Not Found</html>', 'warn', 'WeChat does not offer the test to this merchant (404)'],
  [401, '{"code":"SIGN_ERROR"}', 'fail', 'refused: WeChat answered 401 SIGN_ERROR'],
  [200, '{"echo_message":"?"}', 'fail', "WeChat's answer does not verify with the platform keys"],
])('of the callback test: %i %s', async (status, body, level, detail) => {
  await here.setup([...flags, ...publicKeyFlags, '--yes'])
  answer = { status, body }
  here.wechatAt(wechat.url)
  const { out } = await here.doctor()
  expect(JSON.parse(out).checks).toContainEqual(
    expect.objectContaining({ name: 'callback test', level, detail: expect.stringContaining(detail) }),
  )
})
