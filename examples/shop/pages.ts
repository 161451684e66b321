/** The pages. Whatever is put into them is text: `html` escapes it. */
import { encodeQR } from 'qr'
import type { ShopOrder, Standing } from './orders.ts'

class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

function html(fixed: TemplateStringsArray, ...parts: readonly (Markup | string)[]): Markup {
  return new Markup(fixed.map((text, index) => text + escaped(parts[index] ?? '')).join(''))
}

function escaped(part: Markup | string): string {
  if (part instanceof Markup) return part.text
  return part.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

export function productPage(price: number): string {
  return document(
    html`<p class="picture">茶</p>
      <h1>Longjing tea 龙井茶</h1>
      <p class="price">${yuan(price)}</p>
      <form method="post" action="/orders"><button>Buy 购买</button></form>`,
  )
}

const SAYS: Readonly<Record<Standing, string>> = {
  unpaid: 'Scan with WeChat to pay\n请用微信扫码支付',
  closed: 'Closed: not paid in time\n已关闭：未按时支付',
  paid: 'Paid. Your tea is on its way\n已支付，茶叶即将寄出',
  refunding: 'Your refund is under way\n退款处理中',
  refund_failed: 'The refund did not arrive; we will write to you\n退款未成功，我们会与您联系',
  refunded: 'Refunded: you have your money back\n已退款，款项已退回',
}

export function orderPage(
  { out_trade_no, code_url, standing }: ShopOrder,
  { price, payerUrl }: { readonly price: number; readonly payerUrl: string | undefined },
): string {
  const refund = html`<form method="post" action="/orders/${out_trade_no}/refund">
    <button>Return it 退货退款</button>
  </form>`
  return document(
    html`<h1>Longjing tea 龙井茶</h1>
      <p class="price">${yuan(price)}</p>
      <p role="status" class="${standing}">${SAYS[standing]}</p>
      ${standing === 'unpaid' ? codeOf(code_url, payerUrl) : ''} ${standing === 'paid' ? refund : ''}
      <p class="number">${out_trade_no}</p>
      <script src="/order.js" data-standing="${standing}"></script>`,
  )
}

/** Without a phone the code leads to the simulator's page, which is told what it says. */
function codeOf(code_url: string, payerUrl: string | undefined): Markup {
  const image = new Markup(encodeQR(code_url, 'svg', { border: 4 }))
  const code = html`<div class="code" role="img" aria-label="QR code 二维码">${image}</div>`
  if (payerUrl === undefined) return code
  const target = `${payerUrl}?code_url=${encodeURIComponent(code_url)}`
  return html`${code}
    <p><a href="${target}" target="_blank" rel="noopener">No phone? Scan it here 没有手机？在此扫码</a></p>`
}

export function troublePage(message: string): string {
  return document(
    html`<p role="alert">${message}</p>
      <p><a href="/">Back to the shop 返回商店</a></p>`,
  )
}

function document(content: Markup): string {
  return html`<!doctype html>
    <html lang="en">
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>Tea shop 茶铺</title>
      <link rel="icon" href="/icon.svg" />
      <link rel="stylesheet" href="/style.css" />
      <main>${content}</main>
    </html> `.text
}

function yuan(fen: number): string {
  return `¥${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`
}

/** Asks the shop, not WeChat, whether the order has moved on. A page that stays open for hours costs nothing at WeChat. */
export const SCRIPT = `const shown = document.currentScript.dataset.standing
setInterval(async () => {
  const answer = await fetch(location.pathname + '/standing').catch(() => undefined)
  if (answer?.ok && (await answer.json()).standing !== shown) location.reload()
}, 1000)
`

export const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><text y="13" font-size="14" fill="#07803d">茶</text></svg>'

export const STYLE = `:root { background: Canvas; color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
main { margin: 2rem auto; max-width: 24rem; padding: 0 1rem; text-align: center; text-wrap: balance }
h1 { font-size: 1.25rem; margin: 0 }
.picture { color: #07803d; font-size: 5rem; line-height: 1.2; margin: 0 }
.price { font-size: 2rem; font-weight: 600; margin: .5rem 0 1rem }
.code svg { background: #fff; border-radius: .5rem; height: 15rem; width: 15rem }
.number { font-size: .75rem; opacity: .75; overflow-wrap: anywhere }
[role=status] { font-weight: 600; white-space: pre-line }
button { background: #07803d; border: 0; border-radius: .5rem; color: #fff; cursor: pointer; font: inherit; padding: .75rem 2rem }
`
