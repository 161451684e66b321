/** The pages of the payer: an order with what can be done about it, what came of that, and the orders that wait. */
import { html } from './html.ts'
import type { Html } from './html.ts'
import type { Language, Texts } from './payer-texts.ts'
import { LANGUAGES, TEXTS } from './payer-texts.ts'

/** What is paid at once. */
export interface Bill {
  readonly number: string
  /** Of one merchant, or of each that gets a part. */
  readonly merchants: readonly string[]
  readonly descriptions: readonly string[]
  /** Fen. */
  readonly total: number
}

export type Shown =
  | { readonly kind: 'payable' | 'paid' | 'refunded' | 'gave_up'; readonly bill: Bill }
  | { readonly kind: 'trouble'; readonly code: string; readonly message: string }
  | { readonly kind: 'list'; readonly bills: readonly Bill[] }

/** Where a page is, and in which words. */
export interface Place {
  readonly path: string
  readonly language: Language
  /** What names the order in this page's address. */
  readonly which: readonly (readonly [name: string, value: string])[]
}

/** A whole document. */
export function payerDocument(shown: Shown, place: Place): string {
  const { language, path } = place
  const texts = TEXTS[language]
  const other = LANGUAGES.find((each) => each !== language) ?? language
  return html`<!doctype html>
    <html lang="${language}">
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>${texts.title}</title>
      <link rel="stylesheet" href="${path}/style.css" />
      <header><a href="${address(place, { lang: other })}" lang="${other}">${texts.otherLanguage}</a></header>
      <main>
        <h1>${texts.title}</h1>
        ${contentOf(shown, place, texts)}
        <p class="note">${texts.note}</p>
      </main>
    </html> `.text
}

function contentOf(shown: Shown, place: Place, texts: Texts): Html {
  switch (shown.kind) {
    case 'list':
      return list(shown.bills, place, texts)
    case 'payable':
      return html`${billView(shown.bill, texts)}${button('pay', place, texts)}${button('give-up', place, texts)}`
    case 'trouble':
      return html`<p role="status" class="trouble">
          ${texts.cannot} ${texts.trouble[shown.code] ?? shown.message}
        </p>
        ${backLink(place, texts)}`
    case 'gave_up':
      return html`${billView(shown.bill, texts)}
        <p role="status">${texts.gaveUp}</p>
        <p><a href="${address(place)}">${texts.again}</a></p>
        ${backLink(place, texts)}`
    case 'paid':
    case 'refunded':
      return html`${billView(shown.bill, texts)}
        <p role="status" class="paid">${texts[shown.kind]}</p>
        ${backLink(place, texts)}`
  }
}

function billView({ number, merchants, descriptions, total }: Bill, texts: Texts): Html {
  return html`<p class="amount">${yuan(total)}</p>
    ${descriptions.map((description) => html`<p class="what">${description}</p>`)}
    <dl>
      <dt>${texts.payTo}
      <dd>${merchants.join(', ')}
      <dt>${texts.order}
      <dd>${number}
    </dl>`
}

function button(action: 'pay' | 'give-up', { path, language, which }: Place, texts: Texts): Html {
  const fields = which.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)
  return html`<form method="post" action="${path}/${action}?lang=${language}">
    ${fields} <button class="${action}">${action === 'pay' ? texts.pay : texts.giveUp}</button>
  </form>`
}

function list(bills: readonly Bill[], { path, language }: Place, texts: Texts): Html {
  const rows = bills.map((bill) => {
    const to = address({ path, language, which: [['out_trade_no', bill.number]] })
    return html`<li>
      <a href="${to}"
        ><b>${yuan(bill.total)}</b> ${bill.descriptions.join(', ')} <small>${bill.number}</small></a
      >
     `
  })
  return html`<form method="get" action="${path}">
      <input type="hidden" name="lang" value="${language}" />
      <label
        >${texts.scanned}<input name="code_url" required placeholder="weixin://wxpay/bizpayurl?pr=…"
      /></label>
      <button>${texts.scan}</button>
    </form>
    <h2>${texts.waiting}</h2>
    ${
      rows.length === 0
        ? html`<p>${texts.nothingWaits}</p>`
        : html`<ul>
            ${rows}
          </ul>`
    }`
}

function backLink({ path, language }: Place, texts: Texts): Html {
  return html`<p><a href="${address({ path, language, which: [] })}">${texts.back}</a></p>`
}

/** The address of the page of an order, or of the list. */
export function address(
  { path, language, which }: Place,
  more: Readonly<Record<string, string>> = {},
): string {
  const query = new URLSearchParams({ ...Object.fromEntries(which), lang: language })
  for (const [name, value] of Object.entries(more)) query.set(name, value)
  return `${path}?${query.toString()}`
}

function yuan(fen: number): string {
  return `¥${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`
}

export const STYLE = `:root { background: Canvas; color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { margin: 0 auto; max-width: 26rem; padding: 1rem }
header { text-align: right }
h1 { font-size: 1rem; font-weight: 600; text-align: center }
h2 { font-size: 1rem; margin-top: 2rem }
.amount { font-size: 2.75rem; font-weight: 600; margin: 1.5rem 0 0; text-align: center }
.what { margin: 0; overflow-wrap: anywhere; text-align: center }
dl { display: grid; gap: .25rem 1rem; grid-template-columns: auto 1fr; margin: 1.5rem 0 }
dd { margin: 0; overflow-wrap: anywhere; text-align: right }
form { margin: .75rem 0 }
label { display: block; margin-bottom: .5rem }
input { box-sizing: border-box; font: inherit; padding: .5rem; width: 100% }
button { border: 1px solid #07803d; border-radius: .5rem; background: #07803d; color: #fff; cursor: pointer; font: inherit;
  font-weight: 600; padding: .75rem; width: 100% }
button.give-up { background: transparent; border-color: currentcolor; color: inherit }
ul { list-style: none; padding: 0 }
li a { border-bottom: 1px solid #8884; display: block; overflow-wrap: anywhere; padding: .5rem 0; text-decoration: none }
small, .note { opacity: .75 }
.note { font-size: .875rem; margin-top: 2rem; text-align: center }
.paid, .trouble { font-weight: 600; text-align: center }
`
