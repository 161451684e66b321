/** What the simulator prints: where it is, and a line for each request and each attempt to notify; as text, or as JSON. */
import { guestFields, guestRows } from './guests.ts'
import type { GuestsOnShow } from './guests.ts'
import type { KeyFiles } from './key-files.ts'
import type { Attempt, Delivery } from './notifier.ts'
import type { LoggedRequest } from './request-log.ts'
import type { Simulator } from './simulator.ts'
import { VERSION } from './version.ts'
import { reasonOfAttempt, reasonOfRequest } from './wire-line.ts'
import type { Unnumbered } from './wire-line.ts'

export interface Report {
  started(simulator: Simulator, files: KeyFiles, consoleUrl?: string): string
  request(entry: LoggedRequest): string
  attempt(delivery: Delivery, attempt: Attempt): string
  /** A call to a guest, or an attempt of it to notify. */
  guest(name: keyof GuestsOnShow, seen: Unnumbered): string
  stopped(): string
}

/** For people. */
export const textReport: Report = {
  started: describe,
  request(entry) {
    const { at, status, method, url, duration_ms: duration } = entry
    const about = entry.out_refund_no ?? entry.out_trade_no
    return line(at, [
      status ?? '---',
      method,
      url,
      ...(about === undefined ? [] : [about]),
      `${duration} ms`,
      ...entry.faults.map((fault) => `fault:${fault}`),
      ...outcome(entry),
    ])
  },
  attempt(delivery, attempt) {
    const { at, status, duration_ms: duration, faults } = attempt
    const { url, event_type: event, out_trade_no: order, out_refund_no: refund } = delivery
    const trouble = reasonOfAttempt(url, attempt)
    return line(at, [
      status ?? '---',
      'notify',
      url,
      event,
      ...[refund ?? order].filter((number) => number !== undefined),
      `${duration} ms`,
      ...faults.map((fault) => `fault:${fault}`),
      ...(trouble === undefined ? [] : [trouble]),
    ])
  },
  guest: guestLine,
  stopped: () => 'stopped',
}

/** One object a line. */
export const jsonReport: Report = {
  started(simulator, { folder, caFile }, consoleUrl) {
    const { url, backupUrl, controlUrl, payerUrl, proxyUrl, mchid, appids } = simulator
    const { merchant, platform, public_key: publicKey } = simulator.keys()
    return json('started', {
      version: VERSION,
      primary_url: url,
      backup_url: backupUrl,
      control_url: controlUrl,
      payer_url: payerUrl,
      ...(consoleUrl === undefined ? {} : { console_url: consoleUrl }),
      ...(proxyUrl === undefined ? {} : { proxy_url: proxyUrl }),
      mchid,
      appids,
      merchant_serial: merchant[0]?.serial_no,
      platform_serial: platform.signing_serial_no,
      public_key_id: publicKey.id,
      keys_folder: folder,
      ...(caFile === undefined ? {} : { ca_file: caFile }),
      ...guestFields(simulator),
    })
  },
  request: (entry) => json('request', entry),
  attempt: (delivery, attempt) =>
    json('notification', { ...delivery, attempts: delivery.attempts.length, attempt }),
  guest: json,
  stopped: () => json('stopped', {}),
}

function guestLine(name: keyof GuestsOnShow, seen: Unnumbered): string {
  const { at, status, direction, url, event_type: event, out_refund_no, out_trade_no, duration_ms } = seen
  return line(at, [
    status ?? '---',
    direction === 'in' ? name : 'notify',
    url,
    ...[event, out_refund_no ?? out_trade_no].filter((part) => part !== undefined),
    `${duration_ms} ms`,
    ...seen.faults.map((fault) => `fault:${fault}`),
    ...[seen.code, seen.reason].filter((part) => part !== undefined),
  ])
}

function describe(simulator: Simulator, { folder, names, caFile }: KeyFiles, consoleUrl?: string): string {
  const { url, backupUrl, controlUrl, payerUrl, proxyUrl, mchid, appids } = simulator
  const { merchant, platform, public_key: publicKey } = simulator.keys()
  const rows: readonly (readonly [string, string])[] = [
    ['API, primary', `${url}     in place of https://api.mch.weixin.qq.com`],
    ['API, backup', `${backupUrl}     in place of https://api2.mch.weixin.qq.com`],
    ['control', `${controlUrl}/_control/`],
    ['payer', `${payerUrl}     in a browser: open an order, pay it or give up`],
    ...(consoleUrl === undefined
      ? []
      : [
          [
            'console',
            `${consoleUrl}     in a browser: orders, faults, clock, what WeChat sent and got`,
          ] as const,
        ]),
    ...(proxyUrl === undefined
      ? []
      : [['proxy', `${proxyUrl}     leads to both under their own names`] as const]),
    ...guestRows(simulator),
    ['mchid', mchid],
    ['appid', appids.join(', ')],
    ['merchant serial', merchant[0]?.serial_no ?? ''],
    ['platform serial', platform.signing_serial_no],
    ['public key id', publicKey.id],
    ['keys', `${folder}/ (${names.join(', ')})`],
    ...(caFile === undefined ? [] : [['CA to trust', caFile] as const]),
  ]
  return `WeChat Pay simulator ${VERSION}
${rows.map(([name, value]) => `  ${name.padEnd(15)} ${value}`).join('\n')}

Point an SDK at it: its base URL to ${url}, mchid, serial and the files above as its credentials.
Pay an order:  curl -X POST ${controlUrl}/_control/payer/pay -d '{"out_trade_no":"…"}'
Requests:      curl ${controlUrl}/_control/requests
Ctrl-C stops it.`
}

function outcome(entry: LoggedRequest): readonly string[] {
  const { id, verdict, code, problem } = entry
  const reason = reasonOfRequest(entry)
  if (verdict !== 'refused') return reason === undefined ? [] : [reason]
  const why = problem === undefined ? reason : `${reason} (GET /_control/requests/${id})`
  return [[code, why].filter((part) => part !== undefined).join(': ')]
}

function line(at: number, parts: readonly (string | number)[]): string {
  const text = [new Date(at).toTimeString().slice(0, 8), ...parts].join(' ')
  // What a client sent must not steer the terminal.
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '?')
}

function json(kind: string, fields: object): string {
  return JSON.stringify({ kind, ...fields })
}
