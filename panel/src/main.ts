import { mount } from 'svelte';
import App from './shell/App.svelte';
import './style/theme.css';
import './style/bars.css';
import './style/lanes.css';
import './style/shelf.css';

const target = document.getElementById('panel');
if (target === null) throw new Error('The page has no #panel');
mount(App, { target });
