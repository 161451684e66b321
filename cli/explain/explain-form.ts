/** Says precisely why a notification of Alipay does not verify: its form, a field, the key, or what happened to it on the way. */
import { createHash } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { type FormFields, readForm } from '#shared/alipay/form.ts'
import { type AlipayKey, type AlipayKeyRecord, createAlipayKeyRing } from '#shared/alipay/key-ring.ts'
import { isSigned, signedFields } from '#shared/alipay/notification.ts'
import { isAmbiguous, signedText } from '#shared/alipay/signed-text.ts'
import { bodyVariants } from '#shared/wechat/explain/body-variants.ts'
import { recoverDigest } from '#shared/wechat/explain/recover-digest.ts'
import { keyName } from '#cli/setup/alipay-key-names.ts'
import { explainBase64 } from './explain-base64.ts'
import type { Explanation } from './explain-signature.ts'
import type { Finding } from './finding.ts'

export interface KeysOfAlipay {
  /** What Alipay signs with. */
  readonly alipay: readonly AlipayKeyRecord[]
  /** The public half of what the app signs with: verifying with it is the commonest mistake of all. */
  readonly app?: KeyObject | undefined
}

const RAW = 'verify the raw bytes of the request before anything parses or changes them'

/** @param body exactly what came. @param now when it was received, epoch ms. */
export function explainForm(body: Buffer, keys: KeysOfAlipay, now: number): Explanation {
  const ring = createAlipayKeyRing(keys.alipay)
  const verifies = (bytes: Buffer) => {
    const form = readForm(bytes)
    return form !== undefined && isSigned(form, ring, now)
  }
  if (verifies(body)) return { verified: true, findings: [] }
  const changed = bodyVariants(body).find(({ bytes }) => verifies(bytes))
  if (changed !== undefined) return failed([finding('body', changed.explanation, RAW)])
  const form = readForm(body)
  if (form === undefined) return failed([NO_FORM])
  return failed([...explainFields(form), ...explainSign(form, { ring: ring.keys, app: keys.app, now })])
}

function failed(findings: readonly Finding[]): Explanation {
  return { verified: false, findings }
}

function finding(element: Finding['element'], problem: string, remedy: string): Finding {
  return { element, problem, remedy }
}

const NO_FORM = finding(
  'body',
  'it is no form (application/x-www-form-urlencoded) of distinct fields in UTF-8, with everything but visible ASCII percent-encoded',
  `give the body alone, as it came; ${RAW}`,
)

function explainFields(form: FormFields): readonly Finding[] {
  const kind = form.get('sign_type')
  const charset = form.get('charset')?.toLowerCase()
  return [
    ...(kind === 'RSA2'
      ? []
      : [
          finding(
            'signature',
            kind === undefined ? 'the field sign_type is missing' : 'sign_type is another than RSA2',
            "set the app to RSA2 in Alipay's console, and pass all fields on",
          ),
        ]),
    ...(charset === undefined || charset === 'utf-8'
      ? []
      : [
          finding(
            'body',
            'charset is another than utf-8, in which alone it is known what was signed',
            'orders placed here ask for utf-8: see who placed this one',
          ),
        ]),
    ...(isAmbiguous(signedFields(form))
      ? [
          finding(
            'message',
            'a value looks like more than one field, so that its signature may be that of another text',
            'such text is never taken: no subject of an order may hold & and =',
          ),
        ]
      : []),
  ]
}

interface Suspects {
  readonly ring: readonly AlipayKey[]
  readonly app: KeyObject | undefined
  readonly now: number
}

function explainSign(form: FormFields, { ring, app, now }: Suspects): readonly Finding[] {
  const sign = form.get('sign')
  if (sign === undefined)
    return [finding('signature', 'the field sign is missing', `it is not Alipay that sent this, or ${RAW}`)]
  if (sign.includes(' ')) return [DECODED_TWICE]
  const { findings, bytes } = explainBase64(sign)
  if (bytes === undefined) return findings
  const known = [...ring.map(({ publicKey }) => publicKey), ...(app === undefined ? [] : [app])]
  const made = known
    .map((key) => ({ key, recovered: recoverDigest(key, bytes) }))
    .find(({ recovered }) => recovered !== undefined)
  if (made?.recovered === undefined) return [...findings, unknownMaker(ring)]
  const { algorithm, digest } = made.recovered
  return [
    ...findings,
    ...(made.key === app ? [OWN_KEY] : explainDates(ring, made.key, now)),
    ...(algorithm === 'sha256' ? explainText(form, digest) : [otherHash(algorithm)]),
  ]
}

const DECODED_TWICE = finding(
  'signature',
  'sign holds blanks: it was decoded once more than it was encoded, and + became a blank',
  RAW,
)

const OWN_KEY = finding(
  'key',
  "it was signed with the app's own key, not by Alipay",
  'what is verified must come from Alipay: 应用私钥 signs calls alone',
)

function unknownMaker(ring: readonly AlipayKey[]): Finding {
  const known = ring.map(({ sn, publicKey }) => sn ?? keyName(publicKey)).join(', ')
  return finding(
    'key',
    `no key that is known here made this signature (${known || 'none is known'})`,
    "if Alipay sent this, its key is missing here: wxpay setup --provider alipay --alipay-key with what the app's page in its console shows; else somebody other than Alipay sent it",
  )
}

function otherHash(algorithm: string): Finding {
  return finding(
    'signature',
    `it was made over a ${algorithm} hash, and RSA2 uses SHA-256`,
    "set the app to RSA2 in Alipay's console",
  )
}

function explainDates(ring: readonly AlipayKey[], key: KeyObject, now: number): readonly Finding[] {
  const maker = ring.find(({ publicKey }) => publicKey === key)
  if (maker === undefined || (maker.notBefore <= now && now < maker.notAfter)) return []
  return [
    finding(
      'clock',
      `the certificate ${maker.sn ?? ''} that signed was not valid at that time`,
      'give --at with the time of reception; a certificate that ran out is replaced in the console',
    ),
  ]
}

/** Compares what was signed with what the form says, and with what is usually made of it on the way. */
function explainText(form: FormFields, digest: string): readonly Finding[] {
  const fields = signedFields(form)
  const fits = (text: string) => createHash('sha256').update(text).digest('hex') === digest
  if (fits(signedText(fields))) return []
  const kept = [...form].filter(([name]) => name !== 'sign')
  if (fits(signedText(kept))) return [SIGN_TYPE_KEPT]
  const added = fields.find(([name]) => fits(signedText(fields.filter(([other]) => other !== name))))
  if (added !== undefined)
    return [finding('body', `the field ${added[0]} was added after Alipay signed`, RAW)]
  const changed = CHANGES.find(({ undo }) =>
    fits(signedText(fields.map(([name, value]) => [name, undo(value)] as const))),
  )
  return [changed === undefined ? UNEXPLAINED : finding('body', changed.explanation, RAW)]
}

const SIGN_TYPE_KEPT = finding(
  'message',
  'it was signed with sign_type kept in the text',
  'whoever signed this is not Alipay: of a notification both sign and sign_type are left out of the text',
)

const UNEXPLAINED = finding(
  'body',
  'the key is right, but a field is not what Alipay signed, or one is missing, and none of the usual changes explains it',
  'capture the raw bytes where they arrive (a proxy, a body parser or a log may have changed or shortened them)',
)

const CHANGES: ReadonlyArray<{ readonly explanation: string; readonly undo: (value: string) => string }> = [
  {
    explanation: 'values were escaped for HTML (&quot;, &amp;)',
    undo: (value) =>
      value
        .replaceAll('&quot;', '"')
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&amp;', '&'),
  },
  { explanation: 'values were encoded once more than they were decoded', undo: decodedOnce },
  { explanation: 'plus signs in values became blanks', undo: (value) => value.replaceAll(' ', '+') },
  { explanation: 'blanks around values were cut or added', undo: (value) => value.trim() },
]

function decodedOnce(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '))
  } catch {
    return value
  }
}
