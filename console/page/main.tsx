/** The console in a browser. */
import { render } from 'preact'
import { App } from './app.tsx'
import { LanguageProvider } from './language.tsx'

const root = document.getElementById('page')
if (root !== null)
  render(
    <LanguageProvider>
      <App />
    </LanguageProvider>,
    root,
  )
