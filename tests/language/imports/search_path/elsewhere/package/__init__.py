value = 'a package'
