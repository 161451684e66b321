/** The frame of every page: where it is served, the way to the others, and the page itself. */
import type { FunctionComponent } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { About, PageName } from '#console/contract.ts'
import { ChartsPage } from './charts/charts-page.tsx'
import { useTexts } from './language.tsx'
import { useLoaded } from './loaded.ts'
import { OrdersPage } from './orders/orders-page.tsx'
import { PageHead, Problem, Waiting } from './parts/basics.tsx'
import { Choices } from './parts/choices.tsx'
import { Place } from './place.tsx'
import { RefundsPage } from './refunds/refunds-page.tsx'
import { address, type Route, useRoute } from './route.ts'
import { SimulatorPage } from './simulator/simulator-page.tsx'
import { HealthPage } from './watch/health-page.tsx'
import { NotificationsPage } from './watch/notifications-page.tsx'
import { ReconciliationPage } from './watch/reconciliation-page.tsx'

export type Page = FunctionComponent<{ readonly route: Route }>

const PAGES: Readonly<Record<PageName, Page>> = {
  orders: OrdersPage,
  refunds: RefundsPage,
  notifications: NotificationsPage,
  reconciliation: ReconciliationPage,
  health: HealthPage,
  charts: ChartsPage,
  simulator: SimulatorPage,
}

export function App() {
  const about = useLoaded<About>('about')
  if (about.answer === undefined)
    return (
      <main class="alone">
        <Problem problem={about.problem} />
        <Waiting isLoading={about.isLoading} />
      </main>
    )
  return (
    <Place.Provider value={about.answer}>
      <Frame about={about.answer} />
    </Place.Provider>
  )
}

function Frame({ about }: { readonly about: About }) {
  const texts = useTexts()
  const route = useRoute()
  const shown =
    about.pages.find((page) => page === route.page) ?? (route.page === '' ? about.pages[0] : undefined)
  const Shown = shown === undefined ? NoPage : PAGES[shown]
  useArrival(`${shown ?? ''}/${route.item ?? ''}`)
  return (
    <div class="frame">
      <a class="skip" href="#content" onClick={skip}>
        {texts.skip}
      </a>
      <header>
        <strong class="name">{texts.name}</strong>
        <Where about={about} />
        <nav aria-label={texts.menu}>
          <ul>
            {about.pages.map((page) => (
              <li key={page}>
                <a href={address(page)} aria-current={page === shown ? 'page' : undefined}>
                  {texts.pages[page]}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <Choices />
      </header>
      <main id="content" tabIndex={-1}>
        <Shown route={shown === undefined ? route : { ...route, page: shown }} />
      </main>
    </div>
  )
}

function Where({ about: { place, stage, mchid, region, write } }: { readonly about: About }) {
  const texts = useTexts()
  return (
    <p class="where">
      <span>
        {place === 'simulator' ? texts.states.place[place] : `${stage} · ${texts.states.place[place]}`}
      </span>
      <span class="faint">{[region, mchid].filter((part) => part !== undefined).join(' · ')}</span>
      {!write && (
        <span class="chip calm" title={texts.readOnlyWhy}>
          {texts.readOnly}
        </span>
      )}
    </p>
  )
}

function NoPage() {
  const texts = useTexts()
  return (
    <>
      <PageHead title={texts.name} />
      <p>{texts.noPage}</p>
    </>
  )
}

/** Whoever follows a link stands at the beginning of what it leads to, as on any page. */
function useArrival(place: string): void {
  const lastRef = useRef(place)
  useEffect(() => {
    if (lastRef.current === place) return
    lastRef.current = place
    toContent()
    scrollTo(0, 0)
  }, [place])
}

/** The address after `#` is the page: a link to a place in it would leave it. */
function skip(event: Event): void {
  event.preventDefault()
  toContent()
}

function toContent(): void {
  document.getElementById('content')?.focus({ preventScroll: true })
}
