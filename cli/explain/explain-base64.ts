/** What is wrong with the value of `Wechatpay-Signature` as text, and the bytes that were probably meant. */
import { decodeBase64 } from '#shared/crypto/base64.ts'
import type { Finding } from './finding.ts'

interface Explained {
  readonly findings: readonly Finding[]
  /** Absent when nothing can be read out of it. */
  readonly bytes?: Buffer
}

const PROBE = 'WECHATPAY/SIGNTEST/'

const REPAIRS: ReadonlyArray<{ readonly problem: string; readonly repair: (text: string) => string }> = [
  { problem: 'has blanks or line ends in it', repair: (text) => text.replaceAll(/\s/g, '') },
  {
    problem: 'has blanks where + was (it went through a URL decoder)',
    repair: (text) => text.replaceAll(' ', '+'),
  },
  { problem: 'is URL-encoded', repair: (text) => unescaped(text) },
  { problem: 'is in quotes', repair: (text) => text.replaceAll(/^["']|["']$/g, '') },
  {
    problem: 'is in the URL-safe alphabet (- and _)',
    repair: (text) => text.replaceAll('-', '+').replaceAll('_', '/'),
  },
  { problem: 'lost its padding (=)', repair: padded },
  {
    problem: 'is URL-safe and lost its padding',
    repair: (text) => padded(text.replaceAll('-', '+').replaceAll('_', '/')),
  },
]

export function explainBase64(signature: string): Explained {
  if (signature.startsWith(PROBE)) {
    return {
      findings: [
        {
          element: 'signature',
          problem:
            "it is one of WeChat's probes (WECHATPAY/SIGNTEST/): wrong on purpose, to see that you verify",
          remedy: 'nothing: answer 401 and WeChat sends the real notification again; do not raise an alarm',
        },
      ],
    }
  }
  const exact = decodeBase64(signature)
  if (exact !== undefined && exact.length > 0) return { findings: [], bytes: exact }
  for (const { problem, repair } of REPAIRS) {
    const bytes = decodeBase64(repair(signature))
    if (bytes !== undefined && bytes.length >= 128) return { findings: [notBase64(`it ${problem}`)], bytes }
  }
  return { findings: [notBase64('it is cut off or was changed')] }
}

function notBase64(reason: string): Finding {
  return {
    element: 'signature',
    problem: `the value is not strict base64: ${reason}`,
    remedy: 'pass the header Wechatpay-Signature on exactly as it came',
  }
}

function padded(text: string): string {
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=')
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
