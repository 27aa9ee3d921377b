import { render } from 'preact';
import { startLive } from './api/live.ts';
import { LiveContext } from './api/use-document.ts';
import { App } from './app.tsx';

const place = document.getElementById('app');
if (place !== null)
  render(
    <LiveContext.Provider value={startLive()}>
      <App />
    </LiveContext.Provider>,
    place,
  );
